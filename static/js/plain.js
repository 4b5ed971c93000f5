// Boot of the pages without the frame (sign-in, account): no double submit.
import { start } from "./forms.js";

start();
