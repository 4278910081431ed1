// The emoji that staff can choose, by category; each with the words that find it, in Italian and in English.

/**
 * @typedef {{ emoji: string, italian: string, english: string }} Emoji
 * @typedef {"smileys" | "hands" | "work" | "food" | "life"} Category
 */

/** @type {Record<Category, string>} */
const LINES = {
  smileys: `😀 sorriso|grin
😃 sorriso contento|happy smile
😄 ridere sorriso occhi|smile laugh eyes
😁 sorriso denti|beaming grin
😅 sollievo sudore|relief sweat
😂 ridere lacrime|laugh tears joy
🤣 rotolare ridere|rolling laughing
🙂 sorriso lieve|slight smile
😉 occhiolino|wink
😊 sorriso guance|blush smile
😇 angelo|angel halo
🥰 innamorato cuori|love hearts
😍 occhi a cuore|heart eyes
😘 bacio|kiss
😋 buono gustoso|yum tasty
😜 linguaccia|tongue wink
🤗 abbraccio|hug
🤭 ops mano bocca|oops giggle
🤫 silenzio|hush quiet
🤔 pensare dubbio|think
🤨 sopracciglio|eyebrow doubt
😐 neutro|neutral
😏 furbo|smirk
🙄 occhi al cielo|eye roll
😬 imbarazzo|grimace
😌 sollevato sereno|relieved
😔 pensieroso triste|pensive sad
😴 dormire sonno|sleep
🤒 malato febbre|ill fever
🤧 raffreddore|sneeze cold
🥳 festa|party
😎 occhiali da sole|cool sunglasses
😕 confuso|confused
😟 preoccupato|worried
😮 sorpresa|surprise
😲 stupore|astonished
🥺 supplica|please pleading
😢 triste lacrima|sad tear
😭 piangere|cry
😱 paura urlo|scared scream
😤 sbuffare|huff
😡 arrabbiato|angry
🤯 incredibile|mind blown
🤦 mano in faccia|facepalm
🤷 chissà spallucce|shrug
🙈 scimmia non vedo|monkey see no evil`,
  hands: `👍 pollice su va bene|thumbs up ok
👎 pollice giù no|thumbs down no
👌 ok perfetto|ok perfect
🙏 grazie per favore|thanks please
👏 applauso bravo|clap bravo
🙌 evviva mani alzate|hooray
🤝 stretta di mano accordo|handshake deal
👋 ciao saluto|hello wave
✌️ vittoria pace|peace victory
🤞 dita incrociate|fingers crossed
🤙 chiamami|call me
💪 forza muscolo|strong muscle
👉 destra indicare|point right
👈 sinistra indicare|point left
👆 su indicare|point up
👇 giù indicare|point down
☝️ attenzione dito|finger up
✋ mano ferma|hand stop
🤌 mano italiana|pinched fingers
✍️ scrivere|write
👀 occhi guardare|eyes look
❤️ cuore rosso amore|red heart love
🧡 cuore arancione|orange heart
💛 cuore giallo|yellow heart
💚 cuore verde|green heart
💙 cuore blu|blue heart
💜 cuore viola|purple heart
🖤 cuore nero|black heart
🤍 cuore bianco|white heart
💔 cuore spezzato|broken heart
💕 due cuori|two hearts`,
  work: `✅ fatto conferma|done check
✔️ spunta|check mark
❌ no errore|no cross
⚠️ attenzione avviso|warning
❗ importante|exclamation
❓ domanda|question
‼️ urgente|urgent
ℹ️ informazione|information
⏰ sveglia orario|alarm time
⏳ attesa clessidra|waiting hourglass
🕒 ora orologio|clock hour
📅 data calendario|calendar date
📍 luogo posizione|place pin
🗺️ mappa|map
🏪 negozio|shop
🏠 casa|home
🏢 ufficio|office
📞 telefono chiamare|phone call
📱 cellulare|mobile
📧 e-mail posta|e-mail
📩 messaggio|message
📎 allegato|attachment
📄 documento|document
🧾 scontrino ricevuta fattura|receipt invoice
📝 appunti nota|note memo
📦 pacco spedizione|parcel shipping
🚚 consegna camion|delivery truck
🛵 scooter consegna|scooter delivery
🛒 carrello spesa|cart shopping
🛍️ acquisti borse|shopping bags
💶 euro soldi|euro money
💳 carta pagamento|card payment
🏷️ etichetta prezzo|tag price
🔑 chiave|key
🔒 chiuso lucchetto|locked
🔓 aperto lucchetto|unlocked
🔧 riparare attrezzo|fix tool
💡 idea lampadina|idea bulb
🔗 collegamento|link
🔍 cercare lente|search
📷 foto|photo camera
🎥 video|video
🎁 regalo|gift
🎉 festa auguri|party congratulations
🎂 torta compleanno|birthday cake
🏆 premio coppa|trophy prize
🥇 primo medaglia|first medal
⭐ stella|star
🌟 stella brillante|glowing star
✨ brillare novità|sparkles new
🔥 fuoco|fire hot
💯 cento|hundred
🆕 nuovo|new
🆗 ok|ok
➡️ freccia destra|arrow right
⬅️ freccia sinistra|arrow left
↔️ freccia due versi|arrow both ways
🔄 di nuovo|again`,
  food: `☕ caffè|coffee
🍵 tè tazza|tea
🥐 cornetto|croissant
🍞 pane|bread
🥖 filone pane|baguette
🍕 pizza|pizza
🍝 pasta|pasta
🥗 insalata|salad
🧀 formaggio|cheese
🍖 carne|meat
🐟 pesce|fish
🍳 uova cucinare|egg cooking
🍰 torta dolce|cake
🍪 biscotto|cookie
🍫 cioccolato|chocolate
🍦 gelato|ice cream
🍯 miele|honey
🍎 mela|apple
🍋 limone|lemon
🍓 fragola|strawberry
🍇 uva|grapes
🍅 pomodoro|tomato
🫒 oliva|olive
🍷 vino|wine
🍺 birra|beer
🥂 brindisi|cheers
🍽️ tavola ristorante|table restaurant
💧 acqua goccia|water drop`,
  life: `☀️ sole|sun
⛅ nuvole sole|cloudy
🌧️ pioggia|rain
❄️ neve freddo|snow cold
🌈 arcobaleno|rainbow
🌊 mare onda|sea wave
🏖️ spiaggia|beach
⛰️ montagna|mountain
🌹 rosa|rose
💐 mazzo fiori|bouquet flowers
🌻 girasole|sunflower
🌷 tulipano fiore|tulip flower
🌿 foglia erba|leaf herb
🌳 albero|tree
🎄 Natale albero|Christmas tree
🐣 Pasqua pulcino|Easter chick
🐶 cane|dog
🐱 gatto|cat
🐝 ape|bee
🦋 farfalla|butterfly
👶 bambino|baby
👨‍👩‍👧 famiglia|family
💇 capelli parrucchiere|hair
💅 unghie|nails
💄 trucco rossetto|make-up
👗 vestito|dress
👕 maglietta|t-shirt
👟 scarpe|shoes
💍 anello matrimonio|ring wedding
🩺 medico|doctor
💊 medicina|medicine
🦷 dente dentista|tooth dentist
🚗 auto|car
🚲 bicicletta|bicycle
🚆 treno|train
✈️ aereo viaggio|plane travel
🏨 albergo|hotel
⚽ calcio|football
🏋️ palestra|gym
🎵 musica|music
📚 libri|books
🇮🇹 Italia|Italy
🇪🇺 Europa|Europe`,
};

export const EMOJI = /** @type {Record<Category, Emoji[]>} */ (
  Object.fromEntries(Object.entries(LINES).map(([category, lines]) => [category, lines.split("\n").map(read)]))
);

/**
 * @param {string} line
 * @returns {Emoji}
 */
function read(line) {
  const space = line.indexOf(" ");
  const [italian, english] = line.slice(space + 1).split("|");
  return { emoji: line.slice(0, space), italian, english };
}
