import { expect, it } from "vitest";
import { translate } from "./translate.js";

const program = {
  arrays: ["a", "b"],
  integers: ["n", "so"],
  floats: ["v"],
  body: `let c=0;c++;c=imod(this.thread.x,n);let r=v;
    for(let i=0;i<n;i++){if(notANumber(a[c+so])>0.5){r=r+b[toInteger(a[i])];}}return r;`,
};

// If these fail after an upgrade of gpu.js, look at every difference: uniforms, integer types, how arrays are read.
it("gives the GLSL that the engine is made for, in WebGL 2", () => {
  expect(translate(program, 3)).toMatchInlineSnapshot(`
    "#version 300 es
    precision highp float;
    precision highp int;
    precision highp sampler2D;
    precision highp sampler2DArray;
    const int LOOP_MAX = 1073741824;
    uniform ivec3 uOutputDim;
    uniform ivec2 uTexSize;
    in vec2 vTexCoord;
    const int BIT_COUNT = 32;
    const vec2 MAGIC_VEC = vec2(1.0, -256.0);
    const vec4 SCALE_FACTOR = vec4(1.0, 256.0, 65536.0, 0.0);
    const vec4 SCALE_FACTOR_INV = vec4(1.0, 0.00390625, 0.0000152587890625, 0.0); // 1, 1/256, 1/65536
    int index;
    ivec3 threadId;
    float getFloatFromSampler2D(sampler2D tex, ivec2 texSize, ivec3 texDim, int z, int y, int x) {
      return texelFetch(tex, ivec2(x & texSize.x, x >> texSize.y), 0).r;
    }
    vec4 actualColor;
    uniform highp sampler2D user_a;
    uniform highp ivec2 user_aSize;
    uniform highp ivec3 user_aDim;
    uniform highp sampler2D user_b;
    uniform highp ivec2 user_bSize;
    uniform highp ivec3 user_bDim;
    uniform highp int user_n;
    uniform highp int user_so;
    uniform float user_v;
    float kernelResult;
    out vec4 data0;
    int toInteger(float value) { return int(value); }
    float notANumber(float value) { return (floatBitsToUint(value) & 0x7fffffffu) > 0x7f800000u ? 1.0 : 0.0; }
    int imod(int dividend, int divisor) { return dividend - (dividend / divisor) * divisor; }
    void kernel() {
    int user_c=0;
    user_c++;
    user_c=imod(threadId.x, user_n);
    float user_r=user_v;
    int user_i=0;
    for (int safeI=0;safeI<LOOP_MAX;safeI++){
    if (!(user_i<user_n)) break;
    if ((notANumber(getFloatFromSampler2D(user_a, user_aSize, user_aDim, 0, 0, (user_c+user_so)))>0.5)){
    int hoisted_0_kernel=toInteger(getFloatFromSampler2D(user_a, user_aSize, user_aDim, 0, 0, user_i));
    user_r=(user_r+getFloatFromSampler2D(user_b, user_bSize, user_bDim, 0, 0, hoisted_0_kernel));}

    user_i++;}

    kernelResult = user_r;return;
    }
    void main(void) {
      index = int(gl_FragCoord.x) + int(gl_FragCoord.y) * uTexSize.x;
      if (index >= uOutputDim.x) discard;
      threadId = ivec3(index, 0, 0);
      kernel();
      data0[0] = kernelResult;

    }"
  `);
});

it("gives the GLSL that the engine is made for, in WebGL 1", () => {
  expect(translate(program, 1)).toMatchInlineSnapshot(`
    "precision highp float;
    precision highp int;
    precision highp sampler2D;
    const int LOOP_MAX = 1073741824;
    uniform ivec3 uOutputDim;
    uniform ivec2 uTexSize;
    varying vec2 vTexCoord;
    const int BIT_COUNT = 32;
    vec2 integerMod(vec2 x, float y) {
      vec2 res = floor(mod(x, y));
      return res * step(1.0 - floor(y), -res);
    }
    vec3 integerMod(vec3 x, float y) {
      vec3 res = floor(mod(x, y));
      return res * step(1.0 - floor(y), -res);
    }
    vec4 integerMod(vec4 x, vec4 y) {
      vec4 res = floor(mod(x, y));
      return res * step(1.0 - floor(y), -res);
    }
    float integerMod(float x, float y) {
      float res = floor(mod(x, y));
      return res * (res > floor(y) - 1.0 ? 0.0 : 1.0);
    }
    int integerMod(int x, int y) {
      return x - (y * int(x / y));
    }
    const vec2 MAGIC_VEC = vec2(1.0, -256.0);
    const vec4 SCALE_FACTOR = vec4(1.0, 256.0, 65536.0, 0.0);
    const vec4 SCALE_FACTOR_INV = vec4(1.0, 0.00390625, 0.0000152587890625, 0.0); // 1, 1/256, 1/65536
    int index;
    ivec3 threadId;
    vec4 getImage2D(sampler2D tex, ivec2 texSize, ivec3 texDim, int z, int y, int x) {
      int index = x + texDim.x * (y + texDim.y * z);
      int w = texSize.x;
      vec2 st = vec2(float(integerMod(index, w)), float(index / w)) + 0.5;
      return texture2D(tex, st / vec2(texSize));
    }
    float getFloatFromSampler2D(sampler2D tex, ivec2 texSize, ivec3 texDim, int z, int y, int x) {
      vec4 result = getImage2D(tex, texSize, texDim, z, y, x);
      return result[0];
    }
    vec4 actualColor;
    uniform sampler2D user_a;
    uniform ivec2 user_aSize;
    uniform ivec3 user_aDim;
    uniform sampler2D user_b;
    uniform ivec2 user_bSize;
    uniform ivec3 user_bDim;
    uniform int user_n;
    uniform int user_so;
    uniform float user_v;
    float kernelResult;
    int toInteger(float value) { return int(value); }
    float notANumber(float user_value) {
    float user_r=1.0;
    if ((user_value>=0.0)){
    user_r=0.0;}

    if ((user_value<0.0)){
    user_r=0.0;}

    return user_r;
    }
    int imod(int dividend, int divisor) { return dividend - (dividend / divisor) * divisor; }
    void kernel() {
    int user_c=0;
    user_c++;
    user_c=imod(threadId.x, user_n);
    float user_r=user_v;
    int user_i=0;
    for (int safeI=0;safeI<LOOP_MAX;safeI++){
    if (!(user_i<user_n)) break;
    if ((notANumber(getFloatFromSampler2D(user_a, user_aSize, user_aDim, 0, 0, (user_c+user_so)))>0.5)){
    int hoisted_0_kernel=toInteger(getFloatFromSampler2D(user_a, user_aSize, user_aDim, 0, 0, user_i));
    user_r=(user_r+getFloatFromSampler2D(user_b, user_bSize, user_bDim, 0, 0, hoisted_0_kernel));}

    user_i++;}

    kernelResult = user_r;return;
    }
    void main(void) {
      index = int(gl_FragCoord.x) + int(gl_FragCoord.y) * uTexSize.x;
      if (index >= uOutputDim.x) discard;
      threadId = ivec3(index, 0, 0);
      kernel();
      gl_FragData[0][0] = kernelResult;

    }"
  `);
});

it("throws for what gpu.js cannot translate", () => {
  expect(() => translate({ ...program, body: "return missing(1);" }, 3)).toThrow();
});
