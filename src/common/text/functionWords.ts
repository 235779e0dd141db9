/** The closed classes of English words, which say how others belong together, and among them those that stand for another. */

const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/u));

/** Words that stand for another word of the text: personal, possessive, reflexive and relative pronouns. */
export const pronouns: ReadonlySet<string> = list(`
  he him his himself she her hers herself it its itself they them their theirs themselves
  who whom whose which`);

/** All closed classes: pronouns, determiners, prepositions, conjunctions, auxiliaries, and adverbs of degree and place. */
export const functionWords: ReadonlySet<string> = new Set([
  ...pronouns,
  ...list(`
  i me my mine myself we us our ours ourselves you your yours yourself yourselves
  this that these those what someone anyone everyone somebody anybody everybody nobody something anything everything nothing
  a an the some any no every each either neither both all many much few several more most other another such
  of in to for with on at from by about as into like through after over between out against during without before
  under around among within along across behind beyond up down off near since until till above below toward towards upon
  and or but nor so yet because although though while if unless when where whereas than whether once
  be am is are was were been being have has had having do does did doing
  will would shall should can could may might must not
  there here then now how why very too also just only even again still ever never quite rather almost
  s t d m re ve ll don didn doesn isn wasn weren wouldn couldn shouldn hasn haven hadn won`),
]);
