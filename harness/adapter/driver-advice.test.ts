import { expect, it } from "vitest";
import { installAdvice, type OsRelease, readOsRelease } from "./driver-advice.ts";

const system = (text: string): OsRelease => readOsRelease(() => text);

const BOOKWORM =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n';
const JAMMY = "NAME=Ubuntu\nVERSION_CODENAME=jammy\nID=ubuntu\nID_LIKE=debian\nUBUNTU_CODENAME=jammy\n";

it.each([
  ["Debian 13", "VERSION_CODENAME=trixie\nID=debian\n", "sudo apt install mesa-vulkan-drivers libvulkan1"],
  ["Ubuntu 24.04", "ID=ubuntu\nUBUNTU_CODENAME=noble\n", "sudo apt install mesa-vulkan-drivers libvulkan1"],
  ["Fedora", 'ID=fedora\nVERSION_ID=43\nVERSION_CODENAME=""\n', "sudo dnf install mesa-vulkan-drivers vulkan-loader"],
  ["Rocky Linux", 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', "sudo dnf install mesa-vulkan-drivers vulkan-loader"],
  ["Arch", "ID=arch\n", "sudo pacman -S vulkan-swrast vulkan-icd-loader"],
  ["Manjaro", "ID=manjaro\nID_LIKE=arch\n", "sudo pacman -S vulkan-swrast vulkan-icd-loader"],
  ["openSUSE", 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', "sudo zypper install libvulkan_lvp libvulkan1"],
])("gives %s its own command", (_, text, command) => {
  expect(installAdvice("lavapipe", system(text))).toBe(`Install lavapipe from Mesa 24 or newer:\n${command}`);
});

it("sends Debian 12 to backports, since Dawn refuses its own Mesa", () => {
  const advice = installAdvice("lavapipe", system(BOOKWORM));
  const [sentence, ...commands] = advice.split("\n");
  expect(sentence).toMatch(
    /\. Debian 12 itself has Mesa 22: add bookworm-backports to the package sources \(backports\.debian\.org\), then run:$/,
  );
  expect(commands).toEqual([
    "sudo apt update",
    "sudo apt install -t bookworm-backports mesa-vulkan-drivers libvulkan1",
  ]);
  expect(installAdvice("gpu", system(BOOKWORM))).toContain("bookworm-backports");
  // Its loader will do.
  expect(installAdvice("loader", system(BOOKWORM))).toBe("Install it:\nsudo apt install libvulkan1");
});

it("knows the release on which another distribution is built", () => {
  const mint = "ID=linuxmint\nID_LIKE='ubuntu debian'\nVERSION_CODENAME=vanessa\nUBUNTU_CODENAME=jammy\n";
  expect(installAdvice("lavapipe", system(mint))).toBe(installAdvice("lavapipe", system(JAMMY)));
  expect(installAdvice("lavapipe", system(mint))).toContain("ppa:kisak/kisak-mesa");
  const lmde = "ID=linuxmint\nID_LIKE=debian\nVERSION_CODENAME=faye\nDEBIAN_CODENAME=bookworm\n";
  expect(installAdvice("lavapipe", system(lmde))).toContain("bookworm-backports");
});

it("names no command that a system may not have", () => {
  expect(installAdvice("lavapipe", system("ID=nixos\n"))).toBe(
    "Install lavapipe from Mesa 24 or newer, with the Vulkan loader, as your distribution describes.",
  );
  expect(installAdvice("bubblewrap", {})).toBe("Install it with your distribution's package manager.");
  expect(installAdvice("bubblewrap", system("ID=arch\n"))).toBe("Install it:\nsudo pacman -S bubblewrap");
});

it("reads the fallback file, and none if there is none", () => {
  const missing = () => {
    throw new Error("ENOENT");
  };
  expect(readOsRelease((path) => (path === "/usr/lib/os-release" ? "ID=arch\n" : missing()))).toEqual({ ID: "arch" });
  expect(readOsRelease(missing)).toEqual({});
});
