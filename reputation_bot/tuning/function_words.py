"""Words of four letters and more that say nothing by themselves, folded, in five languages: nothing is learned from them alone."""

FUNCTION_WORDS = frozenset(
    # Italian
    "agli alla alle allo altra altre altri altro anche ancora appena avere aveva avete avevo avrei bene avuto certo chiunque "
    "come comunque cosa cosi cosicche dalla dalle dallo dagli degli della delle dello dentro devo deve dice dopo dove dunque ecco "
    "entro era erano essa esse essere essi fare fatto fino forse fosse fuori giorno giorni gia grazie hanno invece loro meno mentre "
    "meglio molta molte molti molto negli nella nelle nello nemmeno nessun nessuna nessuno niente nostra nostre nostri nostro "
    "nulla ogni oggi oltre oppure ovvero perche pero piccolo poco poiche posso prima proprio puoi qualche qualcosa qualcuno quale "
    "quali qualsiasi quando quanta quante quanti quanto quasi quella quelle quelli quello questa queste questi questo quindi "
    "salve sara sarebbe sempre senza siamo siete sono sopra sotto solo stata state stati stato stessa stesso sulla sulle sullo "
    "tanto tante tanti tempo troppo tutta tutte tutti tutto verso vostra vostre vostri vostro volta volte vorrei ciao buongiorno "
    # English
    "about after again also always another because been before being both cannot could does doing done down during each else even "
    "ever every from have having hello here hers herself himself into itself just like made make many more most much must never "
    "only other ours over please really same should since some still such than thank thanks that their theirs them then there "
    "these they thing things this those though through today under until very want wants well went were what when where which "
    "while whom whose will with within without would your yours yourself "
    # Spanish
    "ademas ahora algo algun alguna algunas alguno algunos antes aquel aquella aunque bien cada como contra cosa cual cuando cuanto "
    "desde donde dos ella ellas ellos entre eran eres esta estaba estamos estan estar estas este esto estos estoy fueron gracias "
    "haber habia hace hacer hacia hasta hola luego mientras mismo mucha muchas mucho muchos nada nadie ninguna ninguno nosotros "
    "nuestra nuestro nunca otra otras otro otros para pero poco porque pues quien sera siempre sino sobre solo somos suyo tambien "
    "tampoco tanto tiene tienen toda todas todavia todo todos unas unos usted ustedes vosotros "
    # French
    "afin ainsi alors apres aucun aucune aussi autre autres avait avant avec avez avoir avons beaucoup bonjour bien cela celle "
    "celui cependant cette ceux chaque chez comme comment dans deja depuis donc dont elle elles encore entre est etaient etait etant "
    "etes etre faire fait fois font jamais jusque leur leurs mais meme merci mieux moins notre nous parce pendant peut peux plus "
    "pour pourquoi puis quand quel quelle quelque quelques quels quoi rien sans sera seront seulement soit sommes sont sous "
    "toujours tous tout toute toutes tres trop votre vous "
    # German
    "aber alle allem allen aller alles also andere anderen auch beim bereits besonders bitte danke dann dass dein deine denn "
    "deren dessen dich dies diese diesem diesen dieser dieses doch dort durch eben eine einem einen einer eines einige etwas euch "
    "euer eure ganz gegen haben hallo hatte hatten hier hinter ihm ihnen ihre ihrem ihren ihrer immer jede jedem jeden jeder jedes "
    "jetzt kann kein keine keinem keinen keiner konnen konnte leider machen mehr mein meine meinem meinen meiner mich mussen "
    "nach nicht nichts noch oder ohne sehr sein seine seinem seinen seiner seit sich sind soll sollte sondern sonst uber unser "
    "unsere unter viel viele vielen wann warum weil weiter welche welcher wenn werden wieder will wird wurde wurden zwar zwischen".split()
)
NEGATIONS = frozenset(
    "non mai no senza not never without nunca sin jamais pas sans nicht nie kein keine ohne".split()
)
