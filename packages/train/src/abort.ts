/** What is used of an `AbortSignal`: stated here, so that the types need neither the DOM's nor Node's. */
export interface Abort {
  readonly aborted: boolean;
  throwIfAborted(): void;
}
