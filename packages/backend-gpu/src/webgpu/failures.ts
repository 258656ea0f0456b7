import { BackendError } from "@nn/backend";

/** Milliseconds in which a device that refused something may still say that it is lost. */
const patience = 100;

/** What went wrong on the device. Errors come late, so they stick until somebody reads. */
export class Failures {
  private first: BackendError | undefined;
  private gone: BackendError | undefined;
  private disposed = false;
  private readonly scopes = new Set<Promise<void>>();

  constructor(private readonly device: GPUDevice) {
    void device.lost.then(({ reason, message }) => {
      if (!this.disposed) this.gone = lost(message || reason);
    });
  }

  /** Runs calls on the device and notes what it says about them later. `problem` is asked only then. */
  watch<T>(filter: GPUErrorFilter, problem: () => string, calls: () => T): T {
    this.device.pushErrorScope(filter);
    try {
      return calls();
    } finally {
      const scope = this.device.popErrorScope().then(
        (error) => void (error && this.note(problem(), error.message)),
        // The device is gone, which is told elsewhere.
        () => {},
      );
      this.scopes.add(scope);
      void scope.then(() => this.scopes.delete(scope));
    }
  }

  /** Keeps an error for the next read. */
  note(problem: string, reason: string, cause?: unknown): void {
    this.first ??= new BackendError({
      where: "webgpu",
      problem,
      rows: [["reason", reason.replace(/\s+/g, " ").trim()]],
      fix: problem.startsWith("out of memory")
        ? "use a smaller batch or model, dispose what is not needed, then make the backend anew: results since are lost"
        : "results since then are lost; make the backend anew, and report the kernel",
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /** Throws if the device cannot take calls any more. */
  checkDevice(): void {
    if (this.disposed) throw disposed();
    if (this.gone !== undefined) throw this.gone;
  }

  /** Resolves when the device has said all that it has to say of calls made so far; throws the first error. */
  async settle(): Promise<void> {
    await Promise.all(this.scopes);
    this.check();
  }

  /** What to throw where the device refused to give data: that it is gone, which may not be known yet, or the reason. */
  async explain(cause: unknown): Promise<BackendError> {
    await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve, patience))]);
    if (this.disposed) return disposed();
    if (this.gone === undefined && this.first === undefined) this.note("reading failed", String(cause), cause);
    return this.gone ?? this.first!;
  }

  check(): void {
    this.checkDevice();
    if (this.first !== undefined) throw this.first;
  }

  /** Errors from here on are of no interest. */
  dispose(): void {
    this.disposed = true;
  }
}

function lost(reason: string): BackendError {
  return new BackendError({
    where: "webgpu",
    problem: "the GPU device was lost, and what was on it",
    rows: [["reason", reason.replace(/\s+/g, " ").trim()]],
    fix: "make a backend anew, await gpu() or another one, and go on there from the last checkpoint or host copy",
  });
}

function disposed(): BackendError {
  return new BackendError({
    where: "webgpu",
    problem: "the backend was used after dispose()",
    fix: "move what is still needed with moveTo(…) before, or make a backend anew",
  });
}
