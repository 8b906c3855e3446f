// The map to move and zoom: at a press of its button Leaflet comes in place of the drawing.
// Without this file, and whenever it fails, the drawn map and its list say the same.
"use strict";

(() => {
  const holder = document.getElementById("live-map");
  if (!holder) return;
  const said = holder.dataset;
  const button = holder.querySelector("button");
  const status = holder.querySelector("[role=status]");
  const canvas = holder.querySelector(".live-canvas");
  holder.hidden = false;

  const load = (tag, settings) => new Promise((done, failed) => {
    const element = Object.assign(document.createElement(tag), settings);
    element.onload = done;
    element.onerror = () => failed(new Error(settings.src || settings.href));
    document.head.append(element);
  });

  const loadAll = async () => {
    await Promise.all(said.styles.split(" ").map((href) => load("link", { rel: "stylesheet", href })));
    for (const src of said.scripts.split(" ")) await load("script", { src });
  };

  const words = (name, count) =>
    (count === 1 ? said.one : said.many.replace("COUNT", count)).replace("NAME", () => name);

  const badge = (count) => L.divIcon({
    html: `<span>${Number(count)}</span>`,
    className: "live-spot",
    iconSize: count > 99 ? [56, 56] : count > 9 ? [50, 50] : [44, 44],
  });

  const total = (cluster) =>
    cluster.getAllChildMarkers().reduce((sum, marker) => sum + marker.options.count, 0);

  const popup = (place) => {
    const link = document.createElement("a");
    link.href = `${said.area.replace("CODE", place.municipalityCode)}#place-${place.placeId}`;
    link.textContent = words(place.name, place.count);
    const box = document.createElement("p");
    box.append(link);
    return box;
  };

  // the drawing of the provinces lies under the markers: it is in the same projection
  const ground = (corners) => {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", "0 0 613 724");
    drawing.setAttribute("preserveAspectRatio", "none");
    document.querySelectorAll("#drawn-map .province").forEach((province) => drawing.append(province.cloneNode()));
    return L.svgOverlay(drawing, corners, { className: "live-ground" });
  };

  const show = (places) => {
    const [south, west, north, east] = said.corners.split(" ").map(Number);
    const corners = L.latLngBounds([south, west], [north, east]);
    const map = L.map(canvas, { maxBounds: corners.pad(0.4), minZoom: 6, maxZoom: said.tiles ? 15 : 12, zoomSnap: 0.25 });
    map.attributionControl.setPrefix("").addAttribution(said.credit);
    if (said.tiles) L.tileLayer(said.tiles, { attribution: said.tilescredit, maxZoom: 19 }).addTo(map);
    else if (said.outlines) ground(corners).addTo(map);
    const markers = L.markerClusterGroup({
      showCoverageOnHover: false,
      animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      iconCreateFunction: (cluster) => badge(total(cluster)),
    });
    for (const place of places) {
      const name = words(place.name, place.count);
      const settings = { count: place.count, icon: badge(place.count), title: name, alt: name };
      markers.addLayer(L.marker([place.latitude, place.longitude], settings).bindPopup(() => popup(place)));
    }
    map.addLayer(markers);
    map.fitBounds(markers.getBounds().pad(0.05), { maxZoom: 11 });
    map.getContainer().focus();
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const [answer] = await Promise.all([fetch(said.places, { headers: { Accept: "application/json" } }), loadAll()]);
      if (!answer.ok) throw new Error(answer.status);
      canvas.hidden = false;
      show((await answer.json()).items);
      button.hidden = true;
      document.getElementById("drawn-map").classList.add("replaced");
    } catch {
      canvas.hidden = true;
      button.disabled = false;
      status.textContent = said.failed;
    }
  });
})();
