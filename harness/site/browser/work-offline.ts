/** Keeps the site for later visits without a network, once the page is loaded. Pages work without it, too. */
export function workOffline(): void {
  const { serviceWorker } = navigator;
  // Absent in insecure and some private windows.
  if (serviceWorker === undefined) return;
  const register = () => serviceWorker.register("offline.js").catch(() => {});
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
