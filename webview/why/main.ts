import '../common/page.css';
import './why.css';
import { startWhyPage } from './whyPage';

startWhyPage();
