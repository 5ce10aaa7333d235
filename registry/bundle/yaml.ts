/**
 * YAML from outside. The parser recurses into what is nested: some 10,000 brackets end a process by its stack, in a way
 * that no handler catches. It also compares each key of a mapping with those before it: 10,000 take seconds. So both
 * are counted first, token by token.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Document, Lexer, type LineCounter, parseDocument } from "yaml";

/** A recipe has five. By indentation alone a text of 64 KiB reaches some 360, which the parser takes. */
const MAX_YAML_DEPTH = 64;

/** Keys, and items in brackets. A recipe has some 60. */
const MAX_YAML_ENTRIES = 2_000;

/** The lexer's mark that the next token is the text of a scalar. */
const SCALAR = "\u001f";
const OPENING = new Set(["[", "{"]);
const CLOSING = new Set(["]", "}"]);
/** Each opens a level where it stands, with others before it on the line. */
const INDICATORS = new Set(["-", "?", ":"]);

/**
 * With its errors, if it has some, in the document.
 * @param name what to call the text.
 * @throws BAD_INPUT for more than 64 levels in brackets, or on one line, and for more than 2,000 entries.
 */
export function parseYamlText(source: string, name: string, lineCounter?: LineCounter): Document.Parsed {
  requireSmall(source, name);
  return parseDocument(source, { prettyErrors: false, ...(lineCounter && { lineCounter }) });
}

function requireSmall(source: string, name: string): void {
  let brackets = 0;
  let indicators = 0;
  let entries = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(source)) {
    const isText = isScalar;
    isScalar = token === SCALAR;
    if (isText) continue;
    if (OPENING.has(token)) brackets++;
    else if (CLOSING.has(token)) brackets--;
    else if (brackets === 0 && INDICATORS.has(token)) indicators++;
    else if (token === "\n" || token === "\r\n") indicators = 0;
    if (token === ":" || token === ",") entries++;
    if (Math.max(brackets, indicators) > MAX_YAML_DEPTH) {
      throw refuse(name, `is nested more than ${MAX_YAML_DEPTH} levels deep; a recipe needs five`);
    }
    if (entries > MAX_YAML_ENTRIES) {
      throw refuse(name, `has more than ${MAX_YAML_ENTRIES} entries; a recipe has some 60`);
    }
  }
}

const refuse = (name: string, fault: string) =>
  new RadliteError("BAD_INPUT", `${name} is not valid.\nit ${fault}`);
