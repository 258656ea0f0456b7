import { BackendError } from "@nn/backend";
import type { Context } from "./context.js";

/**
 * What went wrong in a context. WebGL keeps errors until it is asked, and a context that was lost answers zeros without
 * one: so it is asked wherever results leave it.
 */
export class Failures {
  private first: BackendError | undefined;
  private disposed = false;

  constructor(private readonly context: Context) {}

  /** Throws if the context cannot take calls any more. Asks nothing of the device. */
  checkContext(): void {
    if (this.disposed) throw disposed(this.context.name);
    if (this.first === undefined && this.context.gl.isContextLost()) this.first = lost(this.context);
    if (this.first !== undefined) throw this.first;
  }

  /** Throws the first error of any call since the start. Waits until the device has taken all calls. */
  check(): void {
    this.checkContext();
    const code = this.takeError();
    if (code !== 0 && !this.context.gl.isContextLost()) this.first = failed(this.context, code);
    this.checkContext();
  }

  /** Runs calls that take memory; if they are refused, that is an error here and now and not a lasting one. */
  allocate(bytes: number, calls: () => void): void {
    this.check();
    calls();
    const code = this.takeError();
    if (code === this.context.gl.OUT_OF_MEMORY) throw outOfMemory(this.context, bytes);
    if (code !== 0) {
      this.first = failed(this.context, code);
      throw this.first;
    }
  }

  /** From here on every call is an error. Gives false if that was so already. */
  dispose(): boolean {
    const first = !this.disposed;
    this.disposed = true;
    return first;
  }

  private takeError(): number {
    const { gl } = this.context;
    const first = gl.getError();
    // A driver may have one more for each of its parts. To ask costs the time of a read.
    for (let i = 0, code = first; i < 8 && code !== 0; i++) code = gl.getError();
    return first;
  }
}

function failed(context: Context, code: number): BackendError {
  const { name, gl } = context;
  const names = ["INVALID_ENUM", "INVALID_VALUE", "INVALID_OPERATION", "INVALID_FRAMEBUFFER_OPERATION"] as const;
  if (code === gl.OUT_OF_MEMORY) return outOfMemory(context);
  return new BackendError({
    where: name,
    problem: "a call on the device failed",
    rows: [["reason", names.find((name) => gl[name] === code) ?? `error ${code}`]],
    fix: "results since then are lost; make the backend anew, and report it",
  });
}

function outOfMemory({ name }: Context, bytes?: number): BackendError {
  return new BackendError({
    where: name,
    problem: bytes === undefined ? "out of memory" : `out of memory: a texture of ${bytes} bytes`,
    fix: "use a smaller batch or model, and dispose what is not needed",
  });
}

function lost({ name }: Context): BackendError {
  return new BackendError({
    where: name,
    problem: "the WebGL context was lost, and what was in it",
    fix: "make a backend anew, await gpu() or another one, and go on there from the last checkpoint or host copy",
  });
}

function disposed(name: string): BackendError {
  return new BackendError({
    where: name,
    problem: "the backend was used after dispose()",
    fix: "move what is still needed with moveTo(…) before, or make a backend anew",
  });
}
