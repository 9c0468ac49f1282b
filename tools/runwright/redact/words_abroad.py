"""Words of this trade in languages that write them with a capital, or that stand behind a title; they are no names."""

from __future__ import annotations

WORDS_ABROAD = frozenset(
    """
absturz abteilung adressbuch akte akten aktualisierung alarm ambulanz anbindung anfrage anmeldung anruf ansicht antrag
anwendung anzeige arbeitsplatz archiv arzt arztbrief assistent aufgabe aufnahme auftrag ausdruck ausfall ausgabe
auslastung austausch auswahl auswertung authentifizierung bandlaufwerk barcode bearbeitung bediener befehl befund
befunde befundserver benutzer benutzername berechtigung bereich bericht bestellung betrieb betriebssystem bett
bildarchiv bilder bildschirm brief chefarzt chirurgie datei dateien dateisystem daten datenbank datensatz datentr
dateiname dialog dienst dienste dienstkonto diktat dokument dokumente drucker druckauftrag druckserver eingabe eingang
einstellung einstellungen einweisung empfang empfangsdrucker endoskopie entlassung ergebnis etikett etiketten export
faxserver fehler fehlermeldung fehlercode fenster festplatte formular freigabe funktion ger gerat gerate gruppe
hauptspeicher helpdesk herunterfahren hilfe hinweis import inhalt installation intensivstation kabel kalender kamera
karte kartenleser karteikarte kennung kennwort klinik klinikum konfiguration konto kontrolle kopie krankenhaus
krankenkasse labor laborwert laborwerte lager lampe laufwerk laufzeit leitung leistung liste lizenz logdatei
mandant maske meldung men mitarbeiter modul module monitor nachricht nachrichten netz netzlaufwerk netzteil netzwerk
neustart notaufnahme notfall nummer oberarzt oberfl ordner papier passwort patient patienten patientin patientenakte
patientenakten patientendaten patientenliste patientenportal pflege pfleger plan planung platte praxis programm
protokoll prozess prozesse prozessor pumpe quelle raum rechner rechnung rechte regel register rezept rezepte
rezeption routine ruf sammelmappe scan schalter schicht schnittstelle schnittstellen schwester serie server
serverraum sicherung sicherheit sitzung software speicher speicherplatz sperre spiegel sprechstunde stammdaten station
stationen stationsdrucker statistik status stecker strahlung strom stromausfall stunde suche support system systeme
tabelle tastatur teil telefon telefonanlage termin termine terminal terminkalender treiber uberweisung uhrzeit umgebung
update ursache verarbeitung verbindung verordnung versand version verwaltung verzeichnis virenscanner visite vorgang
vorlage vorschau warnung warteschlange wartung wert werte zeit zeitplan zeitzone zertifikat zentrale zimmer zugang
zugriff zustand zweig
cd cds dvd dvds usb pc pcs tv bcc cc po am pm
administrador administrateur administratore administrator beheerder brukar bruker usuario utente utilisateur gebruiker
kullanici uzytkownik hotfix hotfixes hotspot patchday rollout rollup backport changelog
zero one two three four five six seven eight nine ten eleven twelve
eins zwei drei vier funf sechs sieben acht neun zehn montag dienstag mittwoch donnerstag freitag samstag sonntag januar
februar marz mai juni juli oktober dezember lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles
jueves viernes sabado domingo
""".split()  # noqa: SIM905 -- a list of words is read as words
)
"""In small letters, without accents."""
