import { html, type TemplateResult } from 'lit';
import { spansOf } from '../../src/common/content/citations';
import type { Source, Sources } from '../../src/common/content/lesson';
import type { Actions } from '../stage/page/actions';

/** What a link needs of the page. */
type Opener = Pick<Actions, 'openLink'>;

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
  actions: Opener,
): TemplateResult {
  const source = sources[id];
  if (!source) {
    return html``;
  }
  const words = shortName(source) + (place === undefined ? '' : `, ${place}`);
  return html`<span class="cite"
    >${link(source.url, words, actions, `${source.by} ${source.year}: ${source.title}`)}</span
  >`;
}

/** A link into the person's browser. */
export const link = (url: string, words: string, actions: Opener, title = url): TemplateResult =>
  html`<a
    href=${url}
    title=${title}
    @click=${(event: Event) => {
      event.preventDefault();
      actions.openLink(url);
    }}
    >${words}</a
  >`;

/** A lesson's text with its sources as links. */
export const prose = (text: string, sources: Sources, actions: Opener): readonly unknown[] =>
  spansOf(text).map(span =>
    span.kind === 'cite'
      ? cite(span.source, span.place, sources, actions)
      : span.kind === 'stress'
        ? html`<em>${span.text}</em>`
        : span.text,
  );
