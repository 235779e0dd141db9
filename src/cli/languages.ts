/** The language of a file, by its name. */
import { basename, extname } from 'node:path';

/** VS Code's names of languages, by the ends of files' names. */
const languages: Readonly<Record<string, string>> = {
  ...{ '.py': 'python', '.ipynb': 'python', '.ts': 'typescript', '.mts': 'typescript' },
  ...{ '.tsx': 'typescriptreact', '.js': 'javascript', '.mjs': 'javascript', '.cjs': 'javascript' },
  ...{ '.jsx': 'javascriptreact', '.json': 'json', '.jsonc': 'jsonc', '.md': 'markdown' },
  ...{ '.markdown': 'markdown', '.txt': 'plaintext', '.tex': 'latex', '.bib': 'bibtex' },
  ...{ '.html': 'html', '.htm': 'html', '.xml': 'xml', '.svg': 'xml', '.vue': 'vue' },
  ...{ '.svelte': 'svelte', '.css': 'css', '.scss': 'scss', '.less': 'less', '.go': 'go' },
  ...{ '.rs': 'rust', '.c': 'c', '.h': 'c', '.cpp': 'cpp', '.cc': 'cpp', '.hpp': 'cpp' },
  ...{ '.cs': 'csharp', '.java': 'java', '.kt': 'kotlin', '.swift': 'swift', '.rb': 'ruby' },
  ...{ '.php': 'php', '.lua': 'lua', '.pl': 'perl', '.r': 'r', '.jl': 'julia', '.dart': 'dart' },
  ...{ '.sh': 'shellscript', '.bash': 'shellscript', '.zsh': 'shellscript', '.ps1': 'powershell' },
  ...{ '.sql': 'sql', '.yaml': 'yaml', '.yml': 'yaml', '.toml': 'toml', '.ini': 'ini' },
  ...{ '.mk': 'makefile', '.hs': 'haskell', '.ml': 'ocaml', '.clj': 'clojure', '.ex': 'elixir' },
  ...{ '.rst': 'restructuredtext', '.org': 'org', '.typ': 'typst', '.m': 'matlab' },
};
const byName: Readonly<Record<string, string>> = {
  ...{ makefile: 'makefile', dockerfile: 'dockerfile', commit_editmsg: 'git-commit' },
};

/** The language that VS Code takes a file for; plain text where its name tells nothing. */
export const languageOf = (path: string): string =>
  byName[basename(path).toLowerCase()] ?? languages[extname(path).toLowerCase()] ?? 'plaintext';
