/** The entry of the page of tokens. */
import '../common/page.css';
import './tokens.css';
import { registerControls } from '../elements/controls';
import { startTokensPage } from './tokensPage';

registerControls();
startTokensPage();
