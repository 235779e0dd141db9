/** What the bundler makes: a stylesheet that it puts beside the script. */
declare module '*.css';

/** And the formulas of all lessons, as HTML by their LaTeX: `scripts/setFormulas.mjs`. */
declare module 'set-formulas' {
  export const displayed: Readonly<Record<string, string>>;
  export const inline: Readonly<Record<string, string>>;
}

/** And the script and the stylesheet of exported pages, as text: `scripts/exportedPage.mjs`. */
declare module 'exported-page' {
  export const script: string;
  export const style: string;
}
