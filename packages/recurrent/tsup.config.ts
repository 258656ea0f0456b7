import { definePackage } from "@nn-tooling/build";

export default definePackage();
