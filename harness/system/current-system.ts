/** Other systems of the Unix family count as Linux without what they lack. */
export type SystemName = "linux" | "macos" | "windows";

export function currentSystem(platform: NodeJS.Platform = process.platform): SystemName {
  if (platform === "darwin") return "macos";
  return platform === "win32" ? "windows" : "linux";
}
