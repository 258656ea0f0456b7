// What a worker of a pool runs that was given a module's address. It stands as text in bootstrap.generated.ts.
import { listen } from "./serve-decode.js";

listen(undefined);
