/** Extensions that show ghost text of their own, in lower case. VS Code does not tell who has a provider. */
const known = new Set([
  'amazonwebservices.aws-toolkit-vscode',
  'amazonwebservices.codewhisperer-for-command-line-companion',
  'augment.vscode-augment',
  'codeium.codeium',
  'continue.continue',
  'github.copilot',
  'github.copilot-chat',
  'ggml-org.llama-vscode',
  'google.geminicodeassist',
  'huggingface.huggingface-vscode',
  'sourcegraph.cody-ai',
  'supermaven.supermaven',
  'tabbyml.vscode-tabby',
  'tabnine.tabnine-vscode',
  'visualstudioexptteam.vscodeintellicode',
]);

/** Of installed extensions those that complete too. @param installed ids, in any case. */
export const othersAmong = (installed: readonly string[]): string[] =>
  installed.filter(id => known.has(id.toLowerCase())).sort();

/** Those that the person has not yet agreed to have beside ours. */
export const unasked = (others: readonly string[], agreed: readonly string[]): string[] =>
  others.filter(id => !agreed.includes(id));
