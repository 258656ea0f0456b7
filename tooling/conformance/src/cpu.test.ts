import { cpu } from "@nn/backend-cpu";
import { testBackend } from "@nn/testing";
import { describe, it } from "vitest";
import { suites } from "./suites.js";

await testBackend(cpu, { suites, describe, it });
