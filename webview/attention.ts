import '../media/page.css';
import '../media/attention.css';
import { startAttentionPage } from './attention/attentionPage';

startAttentionPage();
