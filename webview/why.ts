import '../media/page.css';
import '../media/why.css';
import { startWhyPage } from './why/whyPage';

startWhyPage();
