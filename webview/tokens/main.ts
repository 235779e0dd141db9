import '../common/page.css';
import './tokens.css';
import { startTokensPage } from './tokensPage';

startTokensPage();
