/** What a page is asked to show, kept in its address: a reload, a link and the way back show the same. */
import { useEffect, useState } from "preact/hooks";

type Settings = Readonly<Record<string, string>>;

/** @param defaults of every setting, which the address leaves out */
export function useAddress<Known extends Settings>(
  defaults: Known,
): [Record<keyof Known, string>, (changed: Partial<Record<keyof Known, string>>) => void] {
  const [settings, setSettings] = useState(() => read(defaults));
  useEffect(() => {
    const goBack = () => setSettings(read(defaults));
    addEventListener("popstate", goBack);
    return () => removeEventListener("popstate", goBack);
  }, [defaults]);
  const change = (changed: Partial<Record<keyof Known, string>>) => {
    const next = { ...settings, ...changed } as Record<keyof Known, string>;
    history.replaceState(null, "", addressOf(next, defaults));
    setSettings(next);
  };
  return [settings, change];
}

function read<Known extends Settings>(defaults: Known): Record<keyof Known, string> {
  const given = new URLSearchParams(location.search);
  const entries = Object.entries(defaults).map(([name, usual]) => [name, given.get(name) ?? usual]);
  return Object.fromEntries(entries);
}

function addressOf(settings: Settings, defaults: Settings): string {
  const told = Object.entries(settings).filter(([name, value]) => value !== defaults[name]);
  const search = new URLSearchParams(told).toString().replaceAll("%40", "@").replaceAll("%2C", ",");
  return location.pathname + (search && `?${search}`);
}

/** Of the version or run that the path names, which is the page's title then. */
export function usePathId(): string {
  const [, , named = ""] = location.pathname.split("/");
  const id = decode(named);
  useEffect(() => {
    document.getElementById("title")!.textContent = id;
    document.title = `${id} · Radlite`;
  }, [id]);
  return id;
}

/** What is no encoding of anything names nothing, as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
