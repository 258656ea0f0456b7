import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { translate } from "./translate.js";

const program = {
  arrays: ["a", "b"],
  integers: ["n", "so"],
  floats: ["v"],
  body: `let c=0;c++;c=imod(this.thread.x,n);let r=v;
    for(let i=0;i<n;i++){if(notANumber(a[c+so])>0.5){r=r+b[toInteger(a[i])];}}return r;`,
};

it("pins gpu.js: what is used of it is not documented", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(manifest.devDependencies["gpu.js"]).toBe("2.24.1");
});

// If this fails after an upgrade of gpu.js, look at every difference: bindings, the uniform block, integer types.
it("gives the WGSL that the engine is made for", () => {
  expect(translate(program).wgsl).toMatchInlineSnapshot(`
    "struct Params {
      outputX : u32,
      outputY : u32,
      outputZ : u32,
      dispatchWidth : u32,
      user_a_dims : vec4<u32>,
      user_b_dims : vec4<u32>,
      user_n : i32,
      user_so : i32,
      user_v : f32,
    }
    @group(0) @binding(0) var<uniform> params : Params;
    @group(0) @binding(1) var<storage, read> user_a : array<f32>;
    @group(0) @binding(2) var<storage, read> user_b : array<f32>;
    @group(0) @binding(3) var<storage, read_write> result : array<f32>;
    var<private> threadGid : vec3<u32>;
    const LOOP_MAX : i32 = 1073741824;
    fn get_user_a(z : i32, y : i32, x : i32) -> f32 {
      return user_a[u32(x + i32(params.user_a_dims.x) * (y + i32(params.user_a_dims.y) * z))];
    }
    fn get_user_b(z : i32, y : i32, x : i32) -> f32 {
      return user_b[u32(x + i32(params.user_b_dims.x) * (y + i32(params.user_b_dims.y) * z))];
    }
    fn fn_toInteger(user_value : f32) -> i32 {
    return i32(user_value);
    }
    fn fn_notANumber(user_value : f32) -> f32 {
    return select(0.0, 1.0, (bitcast<u32>(user_value) & 0x7fffffffu) > 0x7f800000u);
    }
    fn fn_imod(user_dividend : i32, user_divisor : i32) -> i32 {
    return user_dividend % user_divisor;
    }
    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(global_invocation_id) gid : vec3<u32>) {
      let flat_index : u32 = gid.x + gid.y * params.dispatchWidth;
      threadGid = vec3<u32>(flat_index, 0u, 0u);
      if (flat_index >= params.outputX) { return; }
      let data_index : i32 = i32(flat_index);
    var user_c : i32 = 0;
    user_c++;
    user_c=fn_imod(i32(threadGid.x), params.user_n);
    var user_r : f32 = params.user_v;
    var user_i : i32 = 0;
    for (var safeI : i32 = 0;safeI<LOOP_MAX;safeI++){
    if (!((user_i<params.user_n))) { break; }
    if ((fn_notANumber(get_user_a(0, 0, i32((user_c+params.user_so))))>0.5)){
    user_r=(user_r+get_user_b(0, 0, i32(fn_toInteger(get_user_a(0, 0, i32(user_i))))));}

    user_i++;}

    result[data_index] = user_r;return;
    }"
  `);
});

it("says where the numbers of a call lie", () => {
  const { bytes, firstScalar } = translate(program);
  // Four words, four for each array, three numbers, rounded up to 16 bytes.
  expect({ bytes, firstScalar }).toEqual({ bytes: 64, firstScalar: 12 });
});

it("throws for what gpu.js cannot translate", () => {
  expect(() => translate({ ...program, body: "return missing(1);" })).toThrow();
});
