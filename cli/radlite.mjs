#!/usr/bin/env -S GLIBC_TUNABLES=glibc.malloc.hugetlb=1 node
// `radlite`: builds dist/ when it is absent or older than a source file, then runs the program in it. Committed
// as plain JavaScript, because npm links no bin whose file is not there at install time. Its first line has glibc
// ask for huge pages, which only an environment at a process' start can (ADR 311).
import { build, isBuilt } from "../scripts/build.mjs";

if (!isBuilt()) {
  try {
    await build();
  } catch (error) {
    const hint = error.code === "ERR_MODULE_NOT_FOUND" ? " Run npm ci first." : "";
    console.error(`radlite: building dist/ failed.${hint}\n${error.message}`);
    process.exit(1);
  }
}
await import("../dist/cli/main.mjs");
