import '../media/page.css';
import '../media/tokens.css';
import { startTokensPage } from './tokens/tokensPage';

startTokensPage();
