import { startWhyPage } from './why/whyPage';

startWhyPage();
