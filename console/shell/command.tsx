/** A command to be typed: where its line ends no word of it is broken, so that `--data` does not become `-- data`. */
export function Command({ children: text }: { children: string }) {
  return (
    <code>
      {text.split(" ").flatMap((word, at) => [
        at > 0 && " ",
        <span key={at} class="whole">
          {word}
        </span>,
      ])}
    </code>
  );
}
