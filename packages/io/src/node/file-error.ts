import { DataError } from "@nn/backend";

const meanings: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
  ENOENT: ["there is no such file or folder", "check the path"],
  EACCES: ["the permission is missing", "check the permissions of the file and its folder"],
  EPERM: ["the permission is missing", "check the permissions of the file and its folder"],
  EISDIR: ["it is a folder", "pass the path of a file"],
  ENOTDIR: ["a part of the path is no folder", "check the path"],
  ENOSPC: ["the disk is full", "free some space; the old file is unchanged"],
  EROFS: ["the file system is read-only", "choose another folder"],
};

/** What went wrong with a file, in words. */
export function fileError(where: string, path: string, cause: unknown): DataError {
  const { code = "", message = String(cause) } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  const [problem, fix] = meanings[code] ?? ["the file system refused", "see the cause"];
  return new DataError({
    where,
    problem,
    rows: [
      ["file", path],
      ["cause", message],
    ],
    fix,
    cause,
  });
}
