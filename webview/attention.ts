import { startAttentionPage } from './attention/attentionPage';

startAttentionPage();
