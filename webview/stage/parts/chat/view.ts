/** The look of "A conversation": its turns, the field for the next one, and what the model read. */
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { submit, submitOnEnter, submittedField } from '../../part/controls';
import type { ChatState, Turn } from './state';

export interface ChatActions {
  send(content: string): void;
  stop(): void;
  /** Answers the last turn once more. */
  again(): void;
  clear(): void;
  /** Whether earlier turns go along. */
  setEarlier(withEarlier: boolean): void;
}

/** @param offered the sentence of the page. @param attach takes the box of turns. */
export function view(
  state: ChatState,
  offered: string,
  attach: (box: Element | undefined) => void,
  actions: ChatActions,
): TemplateResult {
  const { work, turns, streamed, newest } = state;
  const send = (event: Event) => {
    const field = submittedField(event);
    if (field && !work) {
      actions.send(field.value);
      field.value = '';
    }
  };
  return html`<div class="chat" role="log" aria-label="Conversation" tabindex="0" ${ref(attach)}>
      ${turns.map(({ role, content }) => bubble(role, content))}
      ${streamed === undefined ? nothing : bubble('assistant', streamed === '' ? '…' : streamed)}
    </div>
    <form class="sentence-row" @submit=${send}>
      <textarea
        aria-label="Your turn"
        rows="2"
        maxlength="2000"
        required
        placeholder=${turns.length === 0 ? offered : 'Your turn'}
        @keydown=${submitOnEnter}
      ></textarea>
      ${
        work
          ? html`<vscode-button appearance="secondary" @click=${() => actions.stop()}
              >Stop</vscode-button
            >`
          : html`<vscode-button @click=${submit}>Send</vscode-button>`
      }
    </form>
    ${buttons(state, offered, actions)}
    ${
      newest
        ? html`<details>
            <summary>The exact text that the model read</summary>
            <pre class="prompt code">${newest.read.prompt}</pre>
          </details>`
        : nothing
    }`;
}

const buttons = ({ work, turns, withEarlier }: ChatState, offered: string, actions: ChatActions) =>
  html`<p class="row-of-buttons">
    <label class="check">
      <input
        type="checkbox"
        .checked=${withEarlier}
        @change=${() => actions.setEarlier(!withEarlier)}
      />
      With the earlier turns
    </label>
    ${
      turns.length === 0
        ? html`<button
            class="text-button"
            ?disabled=${work !== undefined}
            @click=${() => actions.send(offered)}
          >
            Send the sentence above
          </button>`
        : html`<button
              class="text-button"
              ?disabled=${work !== undefined}
              @click=${() => actions.again()}
            >
              Answer again ${withEarlier ? 'with' : 'without'} the earlier turns
            </button>
            <button class="text-button" @click=${() => actions.clear()}>Begin anew</button>`
    }
  </p>`;

const bubble = (role: Turn['role'], content: string) =>
  html`<div class=${`turn ${role}`}>
    <span class="quiet small">${role === 'user' ? 'You' : 'SmolLM2'}</span>
    <p>${content}</p>
  </div>`;

/** Within this distance, in CSS pixels, a box counts as scrolled to its end. */
const tolerance = 24;

const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }: Element): boolean =>
  scrollHeight - scrollTop - clientHeight <= tolerance;

/** Keeps the end of a box that scrolls in view while it grows, unless the user has scrolled up to read. */
export class FollowEnd {
  #isFollowing = true;
  #element: Element | undefined;
  /** Where our last scroll ended. */
  #ownTop = 0;

  /** For lit's `ref`: the box, or nothing where it is gone. */
  readonly attach = (element: Element | undefined): void => {
    if (!element || element === this.#element) {
      return;
    }
    this.#element = element;
    element.addEventListener('scroll', () => {
      this.#isFollowing = isAtEnd(element);
    });
    new MutationObserver(() => this.#toEnd()).observe(element, {
      ...{ childList: true, subtree: true, characterData: true },
    });
  };

  /** Follows again: what comes next is the user's own doing. */
  resume(): void {
    this.#isFollowing = true;
    this.#ownTop = 0;
    this.#toEnd();
  }

  #toEnd(): void {
    const element = this.#element;
    if (!element || !this.#isFollowing) {
      return;
    }
    // The event of a scroll comes with the next frame, and more may be written before that.
    this.#isFollowing = element.scrollTop >= this.#ownTop || isAtEnd(element);
    if (this.#isFollowing) {
      element.scrollTop = element.scrollHeight;
      this.#ownTop = element.scrollTop;
    }
  }
}
