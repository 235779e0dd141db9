/** The entry of the page of maps. */
import '../common/page.css';
import './maps.css';
import { startMapsPage } from './mapsPage';

startMapsPage();
