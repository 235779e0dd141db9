import { startTokensPage } from './tokens/tokensPage';

startTokensPage();
