import { render } from "preact";
import { applyTheme, storedTheme } from "../../report/html/browser/theme.tsx";
import { SiteApp } from "./site-app.tsx";

applyTheme(storedTheme());
const app = document.getElementById("app")!;
app.replaceChildren();
render(<SiteApp />, app);
