"""Plain-language opt-outs and wrong numbers, in English and Spanish.

The rule leans to the sure side: whatever is not clearly about messages ("I want it all to stop", "can we
stop the sessions?", "leave me alone") is read by a person, who records an opt-out in a moment. An opt-out
that was never meant cuts an ill person off from care, and nobody may notice. So a phrase must begin and
end a part of a sentence ("stop texting at night" goes on, so it is none), and what is said of others or
under a condition ("my mom said, stop texting me", "if I die, ...") is none.

Source: clinical-regulatory section 4.2, rule 4, section 5 (revocation), section 6, behaviours 24 and 30.
"""

import re

from aftercare.domain.reply_text import without_signs, words_only

_N = (
    r"(?:(?:text|sms|automated|automatic) )?"
    r"(?:texts?|txts?|messages?|msgs?|sms|e ?mails?|reminders?|notifications?|alerts?)"
)
_THE = r"(?:(?:any|more|all|these|those|the|this|your|stupid|automated|annoying) ){0,4}"
_US = r"(?:me|us|this (?:number|phone)|my (?:number|phone|cell))"
_WRITE = r"(?:text|txt|message|msg|email|contact|write(?: to)?)"
_WRITING = r"(?:texting|txting|messaging|msging|emailing|contacting|writing(?: to)?)"
_WRITTEN = r"(?:texted|messaged|emailed|contacted)"
_LIST = (
    r"(?:(?:this|your|the|that|all|of|these|any|text|texting|messaging|mailing|sms|contact|phone) ){0,4}"
    rf"(?:lists?|{_N})"
)
_WANT = r"(?:i (?:want|would like|need|wish|would prefer|prefer)|id like|i wanna)"
_NOT = r"(?:do not|dont|dnt|never)"
_I_NOT = r"i (?:do not|dont|dnt|no longer) (?:want|wish|care)"
_EVER = r"(?: (?:any ?more|again|ever|ever again|any longer|for good|permanently))"
_NES = r"(?:mensajes?|mensajitos?|msjs?|textos?|sms|recordatorios?|correos?|avisos?|notificaciones)"
_LOS = r"(?:(?:mas|los|las|estos|esos|sus|tus|mis|ningun|otro|de|todos) ){0,3}"
_MAS = r"(?: (?:mas|nunca|nunca mas|jamas|otra vez|de nuevo))"
_QUIERO = r"(?:quiero|deseo|quisiera)"
_TU = (
    r"(?:manden?|mandes|envien?|envies|escriban?|escribas|texteen?|textees|mensajeen?|mensajees|"
    r"contacten?|contactes)"
)
_AL = r"(?:mandar|enviar|escribir|textear|mensajear|contactar)"
_LA_LISTA = r"(?:la|esta|esa|su|sus|tu|las|estas) listas?(?: de \w+)?"
_QUITAR = r"(?:quiten?|quita|saquen?|saca|borren?|borra|eliminen?|elimina)"
_YOU_HAVE = (
    r"(?:i think |i believe )?(?:you|u|yall|you guys|youve)"
    r"(?: have| got| have got| texted| reached| are texting| have reached)?"
)
_WRONG_ONE = r"wrong (?:number|phone number|phone|person)"
_SE_EQUIVOCO = (
    r"(?:se|te) (?:equivoco|equivocaron|equivoca|equivocan|equivocaste|equivocas|"
    r"ha equivocado|han equivocado)"
)

# They say for ever, or name the messages or the list: clear even when a reason follows.
_CLEAR = (
    rf"(?:stop|quit|cease) {_WRITING}(?: {_US})?{_EVER}",
    rf"(?:stop|quit|cease) sending(?: {_US})? {_THE}{_N}(?: to {_US})?{_EVER}?",
    rf"(?:stop|quit|cancel) {_THE}{_N}(?: to {_US})?{_EVER}?|end (?:all |these |those |the |your )+{_N}",
    rf"{_NOT} {_WRITE} {_US}{_EVER}",
    rf"{_NOT} send(?: {_US})? (?:{_THE}{_N}(?: to {_US})?{_EVER}|(?:any )?more {_N}(?: to {_US})?)",
    rf"{_I_NOT} you to (?:{_WRITE} {_US}|send {_US} {_THE}{_N}){_EVER}?",
    rf"{_I_NOT} (?:to (?:get|receive|have|see) )?{_THE}{_N}(?: from (?:you|you guys|this number))?{_EVER}?",
    rf"{_I_NOT} to be {_WRITTEN}{_EVER}?|{_I_NOT} to hear from you{_EVER}",
    rf"{_WANT} to (?:stop|cancel|end|quit) (?:(?:getting|receiving) )?{_THE}{_N}{_EVER}?",
    rf"{_WANT} (?:(?:these|the|your|all) )?{_N} to stop|{_WANT} you to stop {_WRITING} {_US}{_EVER}?",
    rf"(?:take|remove|drop|get|delete) (?:{_US}|my name|my phone number) (?:off|from|out)(?: of)? {_LIST}",
    rf"take my (?:phone )?number off(?: {_LIST})?|remove me",
    r"(?:remove|delete|erase|lose|forget) (?:my (?:phone )?number|this number)",
    rf"(?:{_WANT} to )?unsubscribe(?: {_US})?(?: (?:from|to) (?:{_LIST}|this|these|everything))?",
    rf"(?:(?:{_WANT} to|i) )?opt (?:{_US} )?out(?: of {_LIST})?|(?:i am|im) opting out(?: of {_LIST})?",
    rf"no more {_THE}{_N}(?: to me| from you)?",
    rf"i (?:revoke|withdraw) (?:my )?consent (?:to|for) (?:(?:get|receive|receiving) )?{_THE}{_N}",
    rf"i (?:revoke|withdraw) (?:my )?consent to be {_WRITTEN}",
    rf"ya no (?:me|nos) {_TU}(?: {_LOS}{_NES})?{_MAS}?",
    rf"no (?:me|nos) {_TU}(?:(?: {_LOS}{_NES})?{_MAS}| mas {_LOS}{_NES})",
    rf"(?:ya )?no {_QUIERO} (?:recibir |tener )?{_LOS}{_NES}(?: (?:de ustedes|suyos))?{_MAS}?",
    rf"(?:ya )?no {_QUIERO} que (?:me|nos) {_TU}(?: {_LOS}{_NES})?{_MAS}?",
    rf"(?:dejen?|dejes|deja|paren?|para) de {_AL}(?:me|nos)?(?: {_LOS}{_NES}{_MAS}?|{_MAS})",
    rf"{_QUITAR}me de {_LA_LISTA}|{_QUITAR} mi (?:numero|telefono|celular)(?: de {_LA_LISTA})?",
    rf"(?:denme|deme|dame|{_QUIERO} (?:darme|que me den)) de baja(?: de {_LA_LISTA})?",
    rf"(?:ya )?no mas {_LOS}{_NES}|basta de {_LOS}{_NES}|alto a {_LOS}{_NES}",
    rf"(?:cancelar|cancelen?|cancela|paren?|detengan?|suspendan?) {_LOS}(?:{_NES}|suscripcion)",
    rf"{_QUIERO} (?:cancelar|parar|dejar de recibir) {_LOS}{_NES}",
)
# Clear as a whole sentence, or with its reason: "stop texting me im asleep" is about tonight.
_SENTENCE = (
    rf"(?:stop|quit|cease) {_WRITING}(?: {_US})?(?: now)?",
    rf"(?:dejen?|deja|dejar|paren?|para) de {_AL}(?:me|nos)",
    r"stop(?= (?:thanks|thank you|thx|ty|gracias))",
)
# Clear as the whole message only: "don't text me. I'm at work" is about today.
_MESSAGE = (
    rf"{_NOT} {_WRITE} {_US}",
    rf"{_NOT} send(?: {_US})? {_THE}{_N}(?: to {_US})?",
    rf"no (?:me|nos) {_TU}(?: {_LOS}{_NES})?",
)
_WRONG = (
    rf"(?:(?:{_YOU_HAVE}|this is|its|it is|thats|that is) )?(?:the |a )?{_WRONG_ONE}",
    r"this (?:is not|isnt) (?:his|her|their|that persons) (?:number|phone|phone number)(?: anymore)?",
    r"(?:(?:es|este es|tienen?|tienes) )?(?:el |un )?(?:numero|telefono) (?:equivocado|incorrecto|errado)",
    rf"(?:(?:usted|ustedes|creo que) )?{_SE_EQUIVOCO} de (?:numero|persona|telefono)",
    r"(?:esta|estan|estas) equivocad[oa]s? de (?:numero|persona|telefono)|persona equivocada",
)
_WRONG_MESSAGE = (r"(?:i am|im) not that person", r"(?:yo )?no soy esa persona")

_HELLO = (
    r"(?:(?:hi|hello|hey|hola|no|ok|okay|please|pls|plz|kindly|just|sorry|also|(?:can|could) (?:you|we)|"
    r"would you|will you|you can|i (?:already )?(?:said|told you|asked you)(?: to)?|por favor|favor de|"
    r"perdon|disculpen?|lo siento|oigan?|pueden?|porfavor|porfa)(?: |$))*"
)
_THANKS = (
    r"(?: ?(?:please|pls|plz|thanks|thank you|thx|ty|ok|now|sorry|por favor|porfavor|porfa|gracias|perdon|ya)"
    r"(?= |$))*"
)
_ON = (
    r" (?:i|im|ive|id|it|its|this|you|because|bc|cause|cuz|and|but|so|or|"
    r"yo|estoy|porque|pero|y|que|esto)(?!\w)"
)


def _any_of(phrases: tuple[str, ...], end: str) -> re.Pattern[str]:
    return re.compile(rf"{_HELLO}(?:{'|'.join(phrases)}){_THANKS}(?:{end})")


_SAYS_CLEARLY = _any_of(_CLEAR, rf"$|(?={_ON})")
_IS_SENTENCE = _any_of(_SENTENCE, r"$|(?= (?:because|bc|porque)\b)")
_IS_MESSAGE = _any_of(_MESSAGE, "$")
_SAYS_WRONG = _any_of(_WRONG, "$")
_IS_WRONG = _any_of(_WRONG_MESSAGE, "$")
_POLITE = re.compile(rf"{_HELLO}{_THANKS}")
# "si" is an "if" only when words follow it.
_OF_OTHERS = re.compile(
    r"\b(?:said|says?|told|tells?|asked|if|when|unless|until|till|dijo|dice|dijeron|cuando|hasta|si(?= ))\b"
)
_MY_SLIP = re.compile(r"\b(?:oops|whoops|ups|meant (?:for|to)|was for)\b")
_SENTENCES = re.compile(r"[.!?;\n]+| - ")
_PARTS = re.compile(r"[,:]+")
_PARTS_WITH_MARKS = re.compile(r"([.!?;:,\n]+| - )")
_LONGEST = 160
"""Characters of a part of a sentence that can be an opt-out; the patterns never see more."""


def plain_opt_out(text: str) -> str | None:
    """Return ``None`` if ``text`` is no clear opt-out, ``""`` if it is one, the text if it says more.

    Args:
        text: In small letters, as ``reply_text`` leaves it.
    """
    calm = without_signs(text)
    if any(_fits(pattern, calm) for pattern in (_SAYS_CLEARLY, _IS_SENTENCE, _IS_MESSAGE)):
        return "" if calm == text else text
    for sentence in _SENTENCES.split(calm):
        if _fits(_IS_SENTENCE, sentence, whole=False):
            return text
        of_others = False
        for part in _PARTS.split(sentence):
            if not of_others and _fits(_SAYS_CLEARLY, part, whole=False):
                return text
            of_others = of_others or _OF_OTHERS.search(part) is not None
    return None


def wrong_number(text: str) -> str | None:
    """Return ``None`` if ``text`` does not say that we have the wrong number, ``""`` if it does, the text
    if it says more.

    Only what a stranger would say: "who is this?" is no answer, "wrong number?" is a question, and "oops,
    wrong person" is the slip of someone who writes to another.
    """
    if _MY_SLIP.search(text) or _OF_OTHERS.search(text):
        return None
    calm = without_signs(text)
    if "?" not in calm and (_fits(_SAYS_WRONG, calm) or _fits(_IS_WRONG, calm)):
        return "" if calm == text else text
    parts = _PARTS_WITH_MARKS.split(calm)
    said = (part for part, mark in zip(parts[::2], [*parts[1::2], ""], strict=True) if "?" not in mark)
    return text if any(_fits(_SAYS_WRONG, part) for part in said) else None


def is_polite(text: str) -> bool:
    """Say whether ``text`` is "please", "thank you" or the like and nothing else."""
    return _fits(_POLITE, text)


def _fits(pattern: re.Pattern[str], text: str, *, whole: bool = True) -> bool:
    words = words_only(text) if len(text) <= _LONGEST else None
    if not words:
        return False
    return (pattern.fullmatch(words) if whole else pattern.match(words)) is not None
