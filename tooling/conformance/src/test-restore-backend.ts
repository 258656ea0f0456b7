import { getBackend, setBackend } from "@nn/tensor";
import { afterAll } from "vitest";

// Test files share a process: what one sets as the default backend must not reach the next. Runs around each file.
const before = getBackend();
afterAll(() => setBackend(before));
