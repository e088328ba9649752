import { render } from "preact";
import { applyTheme, storedTheme } from "../../report/html/browser/theme.tsx";
import { SiteApp } from "./site-app.tsx";
import { workOffline } from "./work-offline.ts";

applyTheme(storedTheme());
const app = document.getElementById("app")!;
app.replaceChildren();
render(<SiteApp />, app);
workOffline();
