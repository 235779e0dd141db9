import '../common/page.css';
import './attention.css';
import { startAttentionPage } from './attentionPage';

startAttentionPage();
