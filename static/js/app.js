// Boot: every shared behaviour, delegated from document, so that swapped content needs no wiring.
import * as bell from "./bell.js";
import * as clipboard from "./clipboard.js";
import * as cursor from "./cursor.js";
import * as dialogs from "./dialogs.js";
import * as errors from "./errors.js";
import * as forms from "./forms.js";
import * as keys from "./keys.js";
import * as press from "./press.js";
import * as search from "./search.js";
import * as theme from "./theme.js";
import * as toast from "./toast.js";

for (const part of [bell, press, theme, dialogs, forms, search, toast, errors, clipboard, cursor, keys]) part.start();
