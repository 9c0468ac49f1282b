"""More names that many people have, of countries that are rare in `names`; the same rules hold for them."""

from __future__ import annotations

GIVEN_ABROAD = frozenset(
    """
aarav abdelkader abdellah abderrahmane abeer abelardo abeni abhinav abhishek adebowale adela adelaide adesola adjoa
adnan adriaan afolabi afua agathe agostino agota ahlam ahmet aicha aissatou ajay akanksha akello akhil akihiko akpan
akshay akwasi aldo aleida aleksei alena alenka alfio alicja alix aljaz alka alzbeta amahle amaka ambre amedeo amel
amelio amine aminu ammar amol anas anatoliy anca anderlei andrada andromachi aneta anett anfisa anghel aniko anjana
anke ankit ankita anne-marie anneke annelie annemie anselmo antje antti anuli anupama anuradha aparecida aparna
apostolos araceli aranka archana aris aristotelis arjen arkadiusz arkady armanda arnaldo arpad arsene arun aruna
arvind asami asbjorn aseel ashish ashwini asli asmaa athina atsushi attila attilio aurelian aureliano avinash ayanda
aymeric ayobami ayoub aysegul aysel ayumu azucena baaba babajide babatunde badr bahar balazs balint baltasar bamidele
barbel bartlomiej basel basma bassam battista baudouin bauke bedrich belarmino bence bengt beniamino bernadett
bernarda berthe bertrand bhaskar bhavani bhavesh bienvenido bindu binta bintou birger bjorg blazena boglarka bogumila
bohdana bohumil boleslaw bongani borbala borje bouchra bozena bozidar brahim branka bretislav brieuc brigida burhan
bushra busra camelia candelaria casimiro cataldo catrinel catriona celestina celestino cemal cengiz ceren cezara
chabela chaima chandrika chebet cheikh chepkoech chetan chibuike chibuzo chidiebere chieko chinwe chiyo chizoba
christelle chrysoula ciaran cigdem ciro clelia clothilde clotilde codrin coen colombe concepcion concetta conchita
constantin corentin cornelis corneliu corrado cosmin costanza costel crina crisanto crocifissa czeslawa daciana
dagfinn daichi dalal damiao damilola daria darina darshan deepali dejan delfina denes denis deshawn despoina devendra
dezso dhruv dilek dimitra dimitrios dionisio dionysia dipti dirkje djibril donghyun donnie dorina doru dragica dragos
driss dubravka duc dulcinea dumitru dusanka ebba ebele edilson edivaldo edmond edyta eero eeva efe efia efstathios
egidio eija eiko eilis eirini eivind ekene ekuwa eladio eleuterio elfi elin eliseu eliska elizaveta elli ellinor
elsbeth elvio elzbieta emidio emilian encarna eniko eoghan eoin epifanio ercan ercole erdal erdem erkan erling ermanno
ernesta erzsebet esko esra eszter etelka etsuko ettore eugen eunjung eusebio evangelia evaristo evert evgenii evgeniya
ewelina ezequiel ezio fabiola fadwa fares faten fatiha fatma fedele felice femi fenfang fenna ferhat fermin fernand
fiifi fikret filiz fionnuala fiorella fiorenza florent florica florinda florinel fortunato fosca fotini fouad
franciszka franco francoise fredrik fulvio fumio funmilayo fyodor gabriella gaelle gamze ganesh gaspare gaurav gavril
gbenga gearoid geertje geeta gennady gennaro genoveva genowefa georgiy gerardo gerd gerlind germana gerrie gertruda
geza ghada gheorghe gheorghita ghislain ghizlane giacinta giacomo gianluigi giannis gianpaolo gilmar gioacchino girish
glaucia gleb gokhan gopal goranka govind graca graziella grigore grigoriy gudmund guenter guillaume guiying gulay
gulcan gulsum gumersindo gunda gunhild gunter guoqiang guri guy gyula haeun haifa haitham hajar hajnalka hakima halil
halvard halyna hanako hanan hanane hanna hannele haoyu harald harini harsh haruhiko haruko hassna havel hawa hedi
hedvig heikki heinke helle hemant hendrika henny henryk herminia herta hertha hicham hieronim hilario hiltrude hiroaki
hiromi hiroto hisako hitesh honorine horatiu houda huguette hulda hulya huub hyunjin hyunwoo iacob ibolya ibou idriss
ifeanyichukwu ike ikenna ikhlas ilaria ilektra ilham ilinca ilkka imane indrani ineke ingegerd ingemar ingunn inka
inocencio ioanna ionel ionut iracema irena irmela irmi irmtraud iryna isaline isamu iseabail ishita itsuki iulia
iulian iuliana ivica ivonete iyabo jaap jacoba jadranka jadwiga jaehyun jagdish jalila jandira janneke jantje janusz
jari jarle jarmo jaromir jaroslaw jayanti jean-luc jean-pierre jelani jelle jeno jeremie jermaine jeronimo jianguo
jianhua jihye jimin jindriska jirina jitendra jiyoung jochem jolan jorgen jorien jorunn josip josselin jozef jozsef
judit juergen juhani juma jumoke junichi junjie juraj jurandir jussara jussi juventino jyoti kaarina kaede kaija
kailash kaito kajal kalliopi kalman kamala kaori kaoutar karima kariuki karola karoly kartik katerina kathi kaveri
kazuhiro kazuko kazuya kees kehinde kelechi kemi kenichi kerem keshav keyshawn khady khalida khanh khaoula khushi
kinga kipchoge kiprono kirill kirsi kirsti kishore kiyoshi kjartan kjersti klaas klari klavdiya koichi konstantina
koray kostas kotaro kristy krisztian krisztina krystian ksenia kubra kunigunde kunle kvetoslava kwadwo kwasi kyosti
kyriaki kyungsoo lacramioara ladislava laetitia lajos lakeisha lalita lamia larisa latifa latonya lauri leela leena
lekan leokadia leopoldo leslaw lesya letizia levente libor lidia lidiya lieke liesl ligia lihua lilla lindani liping
lisbet liviu liying lorand lorella loubna lubica lubna lucyna ludovica ludwik luminita lungile lurdes lyubov maaike
maame macario machteld madhav madhavi maelle mafalda magdolna maha mahendra mai-britt maija maimouna mairi majed
maksim malika malini mamta manabu manal manish manlio manoj marcilene marfa marian mariangela marie-claude
marie-france mariella marinela mariola marisela marjatta marketa markku marlis marloes marquis maryamu maryvonne
masahiro masao masaru matti matyas maurizio maxence maxim maysa mayumi mazen mbarek meenakshi megha megumi meilin
melchor merethe michela michiko midori mieke mihnea mikko miklos milada miljenko milka miloslav minato minghao mingzhu
minji minseo mircea mirella mirjana mirka miroslaw mirthe miyuki mobolaji modou mogens mohini momoko mostafa mounir
mourad mugurel muireann mukesh muna mwangi mykhailo mykola nabila nader nadir najat najla nalini namrata nanami nandi
nandini nandor nanna naoki narendra naresh nasser natale nawal nazar nazario nazzareno ndeye neelam nektarios nelleke
nelu nemesio nenad neslihan neuza nevenka ngoc nicu nienke nihat nikola nilesh ninon nitin njoroge nkem nnamdi noboru
nolwenn nonso nosipho noura nunzia nunzio nurcan nyambura oana obiageli oceane octavian oddvar odinaka ogechi oguz
oisin okoth oksana olabisi olavi oldrich olesya olgierd oluchi olufemi ombretta omolara omotola onofre onur onyeka
oonagh oreste orhan ornella orsola orsolya orville orysia osagie osamu osaretin osborn ostap othmane oumar oumou outi
ovidiu ozge ozlem paavo paivi palle panagiota panagiotis pankaj paraschiva parul pascale pascual paulien pavlos pawel
penda pernille perry petro petronela piera pierangelo pierluigi piero pim pinar pirkko piroska polina porfirio prabha
pranav prasad prashant pratibha preben predrag priscilla prudencio pushpa quynh rachid radha radoslaw raed raffaele
raghad raija raimo raimunda raimundo rakesh raluca rani rares rasha rashad rashmi ratko ravindra razvan recep redouane
regis reidar rekha remo renato renu riet rigoberto riitta riko rinus ritu rkia robertek rodica rodney roel rohit
rokhaya rolf rolv romeo romolo roopa rosalba rosangela rosaura rosi rosilda rotimi rozsa ruediger ruggero rupali ruud
ruxandra ruzena ryo ryota ryszard sachin sadhana sadio safaa saif sakari salim samar samuele sander sangeeta sangwoo
santina sarojini sarolta satish saverio savita sayuri sebastiana seema seija selwyn semyon seojun sepp seppo serhiy
serkan setsuko settimio severino sevim seydou shadi shalini shanelle shaniqua shankar shanta sharada sheela sherry
shinichi shiv shizuka shobha shoji shruti shuang shubham siegmund siegrid sietske siham silviu sinan sinisa siphiwe
sirpa sizwe sjaak sjoerd smaranda smita sneha snorre sofiane solomiya solvi sonal sooyoung sorina soufiane soukaina
souleymane spela spyridon spyros stanca stanislava stanislawa stefania stefanie steffen steinar stepan stjepan sudha
suha sujata suman sumiko sunghoon surya sushma susumu svatopluk sveta sylwester synnove szabolcs szilard szilvia tadhg
taehyung taina taisiya taiwo takako tamaki tamer tanvi tareq tarik tatsuya tayfun tebogo tejas telemaco temitope
teodoro teofilo terez terezinha tetsuya teun teunis teuvo thamer thanasis theo thibaut thinh tidiane timofey tineke
titilayo tiziana tiziano tjeerd tochukwu toivo tolga tomislav tonino torbjorn torill torkel toshio traudl traute
trevon trijntje trond troy trude truus tsubasa tsukasa tudor tugba tulay tullio tuomas turgut tuula tyrell uberto
ubirajara uchechi ugochi ulf ulli ulysses unathi unni uschi uzoma vaishali valdir valerio valeriu varun vasant
vasilica vasudha vasyl vegard veikko veronika vesa vesna veta vibeke vibha vidya vigdis vikas viktoria viktoriya
vilmos vimala vincenza vinzenz viorel virag vitaly vitor vjekoslav vlad vladan vojislav volkan volodymyr vsevolod
vyacheslav waclaw wael wafa wale walid wassim weijun weiming wenceslao wendelin wenhao wenjing wiam wieslawa wijnand
willard willi willibald wilson wiltrud wim wincenty winfried wioletta wlodzimierz xiaohong xiaoli xinyi xinyu xiulan
xiuying xolani xuan yanling yannick yaroslav yaryna yaser yash yasin yassine yavuz yekaterina yen yevhen yichen ymke
yngve yogesh yoichi yosuke younes youngho youngja yufei yuichi yulia yuna yuriy yusuke yuting yuto zachariah zacharias
zahra zainabu zaira zakaria zdenko zdzislaw zehra zeki zelia zelimir zenobia zhanna zhihao zhiqiang ziad zilda zineb
zinhle zixuan ziyad ziyi zorica zoya zuleide zulema zvonimir
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""Given names."""

SURNAMES_ABROAD = frozenset(
    """
abe abebe abubakar ackroyd adam adamczyk adebayo afolabi agyeman ahonen ainsworth akbulut aksoy alaoui alavi albrecht
alekseev alves amoah andreev antunes antwi arango arias arnaud arnold arora arriaga arslan aslan aubert aubry awad
axelsson aydin azevedo babic bae bakken bakker balazs balogh bandara bangura barakat baran barbier barbieri
barraclough basile battaglia beck bellini bello benali benedetti benes benhaddou bennani benoit bergmann bernard
bernardi betancourt bhatia bianco bjork blazek blomqvist bohm bondarenko bonnet borkowski bose bosma bourgeois boyer
boyko bozkurt braithwaite broadbent brouwer brunet bui busch butterworth calvo camara caputo carbone carmona
carpentier caruso cattaneo celik cermak cerna cerny cetin chauhan chen chevalier chmielewski cholmondeley choudhury
chraoui ciobanu cisse claes clegg clement coelho colombo constantin conteh coppola correia costantini coulibaly crespo
crowther cunha dahlberg damico danjuma dasilva deangelis degraaf dekker demirci deng denis derosa desantis deschamps
desmet dewhurst dewit dhillon diallo dietrich dinu diop diouf djordjevic dlamini dolezal donati dubey duda dudek
dufour dumas dumitru dumont dupont dupuis durand duval dvorakova echeverri egger egorov elamrani endo engstrom
entwistle erdem erdogan fabbri fabre fairclough farah farina farkas faure featherstone fedorov feher fekete feng
fernando ferrara ferretti ferri fiala fleury fonseca forsberg fournier francois fredriksson friedrich frimpong fujii
fujiwara fukuda gaillard gallego galli gallo garnier garrido gatti gautier gebre gentile gerard ghanem gheorghe ghosh
gimenez giraud girma giuliani goncalves goossens gorski goto grassi grasso greenhalgh grewal guerin gueye guillaume
guillot gunes gunnarsson guo haile hajek hamalainen hamdan harada hargreaves hasegawa haug hauge haworth heikkinen
heinonen heinrich hellstrom hendriks henriksson heo herrero heydari heywood higginbotham hoang hoekstra hofer
holmqvist holroyd horak horakova horvat horvath hosseini howarth huisman hussein ibanez ibrahim idrissi ikeda ilic
illingworth inoue ionescu ishida ishii ishikawa iturbide ivanenko iversen iyengar jablonski jafari jager jakubowski
jang janssens jarvinen jasinski jaworski jayawardena jelinek jeon jia jiang johnsen jokinen jonasson jovanovic juhasz
kamau kaneko karaca karimi kariuki karlsen kato kaya kershaw keskin kettner khalil khanna khoury khumalo kilic kim
kinnunen kiss knezevic kolar konate kondo konig korhonen korkmaz koskinen koster kovalchuk kovalenko kozlova kral
kratochvil kraus kravchenko kravets krawczyk kristiansen kriz krol krug kucera kucerova kucharski kuhne kuipers
kuznetsova kwiatkowski lahtinen laitinen lakatos laurent lebedev leclerc leclercq lecomte legall legrand lehtinen
lehtonen leitner lemaire lemoine leroux leroy lindenmeyer lindstrom lombardo londono longbottom lonsdale lorenzo
lourenco lucas ludwig lundqvist lysenko machado maeda maes maillard majewski makarov makela makinen malhotra
malinowski mamani mansour mansouri marchal marchenko marciniak marek mariani maric marini markovic marquez martin
martino masson matei mathieu matos matsuda mattila mattsson mbaye meijer menard menon mercier mertens messina meszaros
metcalfe meunier michalak michalski michel micklethwaite mihai mikhailov milani milosevic miura mkhize mohammadi
moldovan molefe moller molnar montanari monteiro montero moradi morel morelli moroz moulin moya mulder munteanu
murakami murgatroyd musa musyoka mutua mwangi naess naidu najjar nakajima nakano nakayama nasser navratil ndlovu negri
nemcova nemec nemeth neves nicolas nieminen nieto nikitin nikolaev nikolic nilsen nishimura njoroge nordin novikov
novotna novotny nowakowski nowicki nwachukwu nystrom ochieng odhiambo ogawa ogunleye okada okoye oladipo olah oldroyd
oliveira olivier oliynyk olszewski onyeama openshaw orlando orlov ormerod ospina ozcan ozkan ozturk pagano palmieri
palumbo pandey papp parisi parra pascual pavlova pavlovic pawlak pawlowski peeters pellegrini pellegrino peng perera
perrin petrenko pettersen philippe pichler pickersgill pietrzak pillai piotrowski piras pires pohl pokorny polishchuk
popa popova pospisil pospisilova postlethwaite postma prochazka prochazkova qasim racz rajapaksa ramsbottom rantanen
raposo rathore rawsthorne renard renaud renault restrepo rezaei ribeiro rinaldi riviere rizzi rizzo rolland rossetti
roussel roux rudenko ruggiero rusu rutkowski ruzicka saarinen sadeghi sadowski saez sahin saleh salminen salonen
sandberg sandhu sani santoro sanz sarr sartori sasaki sauer savchenko savolainen sawicki scholz schouten schreiber
schroder schulte sedlacek seidel semenov seo sesay shaheen shen shevchenko shevchuk shufflebottom shukla sidebottom
sidhu sikora silvestri simoes simonka simsek sithole sjoberg smirnov smirnova smit smits soares sokolova sokolovskaya
sokolowski soler sommer sonmez sorrentino sow stankovic stepanov stepien stoica stojanovic sundberg sutcliffe svoboda
svobodova sylla szczepanski szewczyk szilagyi takacs takeuchi tamura tangen tavares tazi tehrani tekin thistlethwaite
threlfall tian tiwari tkachenko tomaszewski torok toure trivedi turk turunen ungureanu uysal valentini vanbeek
vandenberg vanderlinden vandijk vanek vanleeuwen varga vasiliev vasseur veenstra verma vermeulen vesela vesely vicente
vitali voigt volkova vukovic wada walczak wallin wanjiku werner wickramasinghe wieczorek wilk willems willemsen
wisniewski witkowski wlodarczyk wojciechowski wojcik wolstenholme worthington wouters wrobel wroblewski xiao xie xue
yadav yakubu yamashita yamazaki yildirim yoo yuan zajac zakharov zalewski zambrano zawadzki zeman zeng zerouali
zijlstra
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""Family names."""
