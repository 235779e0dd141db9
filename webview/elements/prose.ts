/** Texts of lessons, with their sources as links. */
import { html, type TemplateResult } from 'lit';
import { type Source, type Sources, spansOf } from '../../src/common/content/lesson';

/** What a link needs of its page. */
export interface LinkOpener {
  openLink(url: string): void;
}

/** "Bahdanau et al. 2015": three authors and more are the first alone. */
export function shortName({ by, year }: Pick<Source, 'by' | 'year'>): string {
  const names = by.split(', ');
  return `${names.length > 2 ? `${names[0] ?? ''} et al.` : names.join(' & ')} ${year}`;
}

/** A source as a link, with its whole title on hover. */
export function cite(
  id: string,
  place: string | undefined,
  sources: Sources,
  opener: LinkOpener,
): TemplateResult {
  const source = sources[id];
  if (!source) {
    return html``;
  }
  const words = shortName(source) + (place === undefined ? '' : `, ${place}`);
  return html`<span class="cite"
    >${link(source.url, words, opener, `${source.by} ${source.year}: ${source.title}`)}</span
  >`;
}

/** A link that opens in the user's browser. */
export const link = (url: string, words: string, opener: LinkOpener, title = url): TemplateResult =>
  html`<a
    href=${url}
    title=${title}
    @click=${(event: Event) => {
      event.preventDefault();
      opener.openLink(url);
    }}
    >${words}</a
  >`;

/** A lesson's text with its sources as links. */
export const prose = (text: string, sources: Sources, opener: LinkOpener): readonly unknown[] =>
  spansOf(text).map(span =>
    span.kind === 'cite'
      ? cite(span.source, span.place, sources, opener)
      : span.kind === 'stress'
        ? html`<em>${span.text}</em>`
        : span.text,
  );
