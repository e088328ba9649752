import { readFileSync } from "node:fs";

/** What `/etc/os-release` says (os-release(5)). */
export type OsRelease = Readonly<Record<string, string>>;

/** Software that a machine may lack. */
type Wanted = "lavapipe" | "gpu" | "loader" | "bubblewrap";

/** A family of distributions: how to install packages, and their names. */
interface Distribution {
  readonly install: string;
  readonly packages: Readonly<Record<Wanted, string>>;
}

const DEBIAN: Distribution = {
  install: "sudo apt install",
  packages: {
    lavapipe: "mesa-vulkan-drivers libvulkan1",
    gpu: "mesa-vulkan-drivers libvulkan1",
    loader: "libvulkan1",
    bubblewrap: "bubblewrap",
  },
};

const FEDORA: Distribution = {
  install: "sudo dnf install",
  packages: {
    lavapipe: "mesa-vulkan-drivers vulkan-loader",
    gpu: "mesa-vulkan-drivers vulkan-loader",
    loader: "vulkan-loader",
    bubblewrap: "bubblewrap",
  },
};

const ARCH: Distribution = {
  install: "sudo pacman -S",
  packages: {
    lavapipe: "vulkan-swrast vulkan-icd-loader",
    // One for each vendor.
    gpu: "vulkan-radeon vulkan-intel vulkan-icd-loader",
    loader: "vulkan-icd-loader",
    bubblewrap: "bubblewrap",
  },
};

const SUSE: Distribution = {
  install: "sudo zypper install",
  packages: {
    lavapipe: "libvulkan_lvp libvulkan1",
    gpu: "libvulkan_radeon libvulkan_intel libvulkan1",
    loader: "libvulkan1",
    bubblewrap: "bubblewrap",
  },
};

const FAMILIES: Readonly<Record<string, Distribution>> = {
  debian: DEBIAN,
  ubuntu: DEBIAN,
  fedora: FEDORA,
  rhel: FEDORA,
  arch: ARCH,
  suse: SUSE,
  opensuse: SUSE,
};

/** Lines of at most 70 characters, that a shell takes as they are. */
const BOOKWORM_BACKPORTS = `sudo apt update
sudo apt install -t bookworm-backports mesa-vulkan-drivers libvulkan1`;
const KISAK = `sudo add-apt-repository ppa:kisak/kisak-mesa
sudo apt update
sudo apt install mesa-vulkan-drivers libvulkan1`;

/** Releases whose own Mesa is older than 24, which Dawn refuses, and the commands for a newer one. */
const NEWER_MESA: Readonly<Record<string, readonly [reason: string, command: string]>> = {
  bookworm: [
    "Debian 12 itself has Mesa 22: add bookworm-backports to the package sources (backports.debian.org), then run",
    BOOKWORM_BACKPORTS,
  ],
  jammy: ["Ubuntu 22.04 itself has Mesa 23, so take it from a PPA of newer versions", KISAK],
};

/** How to install something on this system: a sentence, and commands on lines of their own. */
export function installAdvice(wanted: Wanted, system: OsRelease = readOsRelease()): string {
  const distribution = distributionOf(system);
  const [reason, newer] = NEWER_MESA[codenameOf(system)] ?? [];
  const isMesa = wanted === "lavapipe" || wanted === "gpu";
  if (isMesa && newer !== undefined) return `${mesaSentence(wanted)}. ${reason}:\n${newer}`;
  const command = distribution && `${distribution.install} ${distribution.packages[wanted]}`;
  if (isMesa) {
    return command === undefined
      ? `${mesaSentence(wanted)}, with the Vulkan loader, as your distribution describes.`
      : `${mesaSentence(wanted)}:\n${command}`;
  }
  return command === undefined ? "Install it with your distribution's package manager." : `Install it:\n${command}`;
}

function mesaSentence(wanted: "lavapipe" | "gpu"): string {
  return wanted === "lavapipe"
    ? "Install lavapipe from Mesa 24 or newer"
    : "Install your GPU's Vulkan driver: NVIDIA's own, or Mesa's 24 or newer for AMD and Intel";
}

function distributionOf({ ID = "", ID_LIKE = "" }: OsRelease): Distribution | undefined {
  const names = [ID, ...ID_LIKE.split(" ")].flatMap((name) => [name, name.split("-")[0]!]);
  const found = names.find((name) => Object.hasOwn(FAMILIES, name));
  return found === undefined ? undefined : FAMILIES[found];
}

/** That of the distribution on which another is built, where it says so. */
function codenameOf({ UBUNTU_CODENAME, DEBIAN_CODENAME, VERSION_CODENAME = "" }: OsRelease): string {
  return UBUNTU_CODENAME ?? DEBIAN_CODENAME ?? VERSION_CODENAME;
}

/** Empty if there is no such file: not Linux, or a minimal image. */
export function readOsRelease(read: (path: string) => string = (path) => readFileSync(path, "utf8")): OsRelease {
  for (const path of ["/etc/os-release", "/usr/lib/os-release"]) {
    try {
      return parseOsRelease(read(path));
    } catch {
      // The second is the fallback of the first.
    }
  }
  return {};
}

function parseOsRelease(text: string): OsRelease {
  const lines = text.matchAll(/^([A-Z_][A-Z0-9_]*)=(?:"([^"]*)"|'([^']*)'|(\S*))$/gm);
  return Object.fromEntries(Array.from(lines, ([, name, double, single, bare]) => [name, double ?? single ?? bare]));
}
