/** What a page says to a screen reader. */
/** A screen reader is told of the last of several quick moves only. */
const announceMs = 200;

/** Puts a place on the page that nobody sees and a screen reader reads out. @returns what says something there. */
export function createAnnouncer(): (words: string) => void {
  const voice = document.createElement('div');
  voice.className = 'unseen';
  voice.setAttribute('role', 'status');
  document.body.append(voice);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return words => {
    clearTimeout(timer);
    timer = setTimeout(() => (voice.textContent = words), announceMs);
  };
}
