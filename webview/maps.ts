import '../media/page.css';
import '../media/maps.css';
import { startMapsPage } from './maps/mapsPage';

startMapsPage();
