"""Names that many people have, of many countries: they tell a person where only weak words are around.

Lists beside `words`: a word that is in those is no name, whatever stands here.
"""

from __future__ import annotations

GIVEN = frozenset(
    """
aaliyah aaron abdi abdul abdullah abdulrahman abebe abena abigail abimbola abiodun achieng adaeze adam adaobi adebayo
adel adele adelheid adelina adeline aditi aditya adolfo adrian adriana adrien adwoa afonso agata agatha agnes agneta
agnieszka agustin ahmed aida aiko aileen ailin aimee aino aisha aisling aiyana akash akemi akihiro akiko akinyi akira
akosua aksel akua alan alasdair alastair alba alban albert alberto albrecht alec alejandra alejandro aleksander
aleksandr aleksandra alessandra alessandro alessia alexander alexandra alexandre alexandros alexis alfonso alfred
alfredo ali alice alicia alina alisha alison alistair allison alma alois aloysius althea alva alvaro amalia amanda
amara amaru ambrose amelia amelie amina aminata amir amira amit amita amrita amy ana anabel anahera anahit anais anand
ananya anastasia anastasios anatoly ander anders andre andrea andreas andrei andres andrew andrey andrzej anelie
aneurin angela angelica angelina angelo angelos angus anika aniket anil anita anjali ann anna annabel annabelle anne
annegret annelies anneliese annemarie annette annie annika anouk ansel anselm ansgar anthea anthony antoine antoinette
anton antoni antonina antonio antu anwar aoi aoife arabella arash archibald ariadne arianna arif arjun arlene arlo
armando arnau arnaud arne arnold aroha artem arthur arturo arvid aryan asako asha ashley ashok asif asiya asma astor
astrid asuncion athanasios atieno atsuko aubrey audrey augusta augustin augustine aurel aurelia aurelie aurelio austin
avery avraham axelle ayaan ayako ayan ayesha aylin ayodele ayumi azadeh aziz baljit baptiste barbara barnaby barney
bartholomew bartosz basil bastian beata beatrice beatrix beatriz becky behrouz bela belen belinda benedict benedikt
benita benito benjamim benjamin bente berenice bernadette bernard bernardo bernd bernice bert berta bertha berthold
bertram beth betsy bettina betty beverly bhavna bianca bilal birgit birgitta bjarne bjorn blanca blanche boaz bob
bodil bogdan bogumil bohdan boitumelo boris borislav boubacar bradley bram brandon branislav branko brenda brendan
brenna brett brian brianna bridget brigitte bronislaw bronwen bronwyn bruce bruna brunhilde bruno bryan bukola burak
busisiwe callum calum calvin camila camilla camille candace candice carina carl carla carlo carlos carlotta carmela
carmelo carmen carol carolina caroline carolyn carrie casimir casimira caspar casper cassidy catalin catalina catarina
caterina cathal catherina catherine cathy catrin cecile cecilia cecily cedric celeste celestine celia celine cem cerys
cesar chandra chanel chantal charlene charles charlotte charmaine chelsea chen cherie cheryl chiamaka chiara chidi
chidinma chika chike chima chinedu chioma chloe christa christiane christina christine christoph christophe
christopher christos chukwu chukwuma ciara cillian cindy cinzia citlali claire clara clarence clarice clarissa claude
claudette claudia claudio claus clemence clement clementine cleo clifford clint clive clyde colette colin colleen
connie conor conrad conrado consolacion constance consuelo cora coralie corazon cordelia corey corinna corinne cormac
cornelia cornelius cosima cosimo courtney craig crispin cristian cristiano cristina cristobal csilla cuthbert cynthia
cyril cyrus czeslaw dafydd dag dagmar dagny daisuke dalia damian damien damir damla danica daniel danielle danilo
danuta daphne darius dariush dariusz darlene darnell darragh darrell darren daryl dashiell david davide davina dawid
dayo deanna deborah debra declan deepa deepak deidre deirdre delia delphine demetrios demetrius denisa denise deniz
dennis derek dermot derrick derya desiree desislava desmond despina detlef detlev devika devon dewi diallo diana diane
diarmuid didier diego dieter dietmar dietrich dilip dilnoza dilys dimitri dina dinesh dirk divya djamila dmitrij
dmitry dmytro dolores domenico domingo dominic dominik dominique donal donald donatella donato donna donovan dora
doreen doris dorota dorothea dorothy douglas dragan dries duarte dulce duncan dunja durga dusan dwayne dwight dylan
eamon eberhard ebony ebru eckhard eddie edeltraud edeltraut edgar edina edite edith edmund edna eduardo edvard edward
edwige edwin efrain efua egbert egon ehsan eileen eilidh eimear einar eirik eitan ekaterina ekow ekrem ekua elaina
elaine elan eleanor eleftheria elena eleni eleonora eleonore elfriede elia elian elias elijah elina elinor eliot elisa
elise eliza elizabeth elke ella ellen elliot elliott elmar eloise elowen elsa elspeth elton eluned elvin elvira
emanuel emeka emelie emeric emerson emiko emil emile emilia emilie emilio emily emine emir emma emmanuel emmanuelle
emre emrys encarnacion enda endre engelbert enid enno enrico enrique enzo ephraim erasmus erhard eric erica erik erika
erin ernest ernesto ernst errol erwin eskil esme esmee esmeralda esperanza esteban estefania estela estella estelle
esther ethan ethel etienne etta eudora eugene eugenia eugenie eugenio eulalia eunice eunji eva evander evangelos
evelina evelyn evgeny ewa ewan ezekiel ezra fabian fabiana fabien fabienne fabio fabrice faisal fanny farah farhad
farid farida farouk farzana fatemeh fatima fatimah fatou fatoumata fausto federica federico felicia felicitas felicity
felipe felix femke fenella feodor ferdinand ferenc fergus fernanda fernando ffion fidel filip filippa filippo filomena
finbar finley finn finola fintan fiona fjodor flavia flavio fleur florence florian floriane florin fode folake folami
folasade fotis franca frances francesca francesco francine francis francisca francisco franciszek francois franka
frankie franklin franz franziska frauke fred freda freddie frederic frederick frederik frederique freya frida frieda
friedel friederike friedhelm friedrich fritz frode fumiko gabor gabriel gabriela gael gaetano galina gareth garrett
garth gary gaspard gaston gavin gayle gemma genevieve georg george georges georgia georgina georgios geraint gerald
geraldine gerard gerda gergely gerhard gerlinde germaine gernot gerrit gerry gert gertrud gertrude gervase gethin
ghislaine ghulam gianluca gianna gideon gilbert gilberto gilda giles gillian gina ginevra gino giorgio giorgos
giovanna giovanni gisbert gisela gita gitte giulia giuliana giuliano giuseppe gladys glen glenda glenn glenys gloria
gloriana godfrey golnaz gonzalo goran gordana gordon gottfried gotthard graciela graeme graham grainne grazia grazyna
greg gregor gregorio gregory greta gretchen gretel grigory griselda grzegorz guadalupe gudny gudrun guido guilherme
guillermo guiseppe gunilla gunnar gunther gurpreet gustav gustavo gwen gwendolyn gwilym gwyneth gyorgy haakon habib
hadley hafsa hailey hakan hakim haley halima halina halvor hamid hamish hamza hana hannah hanne hannelore hannes hanno
hans haoran haris harish harjit harley harold haroon harpreet harriet harriett harry haruka haruki haruto harvey hasan
hassan hatice hattie havva hayden heather hector hedda hedwig hedy heidi heidrun heike heiko heiner heinrich heinz
hekla helen helena helene helga helge helmtraud helmut hemi hendrik henning henri henrietta henriette henrik henrike
henrique henry herbert herman hermann hermine hernan hester hideki hideo hilary hilda hilde hildegard hiroko hiroshi
hisham hjalmar hjordis hollis honora honorata horacio horatio horst hortense hortensia howard hristo hrvoje hubert
huda hugh hugo hugues humberto humphrey huong huseyin hussein hyacinth hyejin iain ian ianthe ibrahim ibtissam ichiro
ida idris idrissa ifeanyi ifeoma ignacio ignacy ignatius igor ikram ildiko ileana iliana ilias ilja ilka ilona ilse
ilya imani imelda immaculata imogen imran imre imtiaz ina indira indra ines inga inge ingeborg ingmar ingo ingolf
ingrid ingrida ingrun ingvar inigo inmaculada ioana ioannis iolanda iolo iona ionela iosif ira iratxe irene ireneusz
irina irma irmgard isaac isabel isabella isabelle isadora isaias isak isha ishaan isidora isidro isla ismael isolde
issa istvan itzel itziar ivan ivana ivanka ivar ivo ivone iwona izabela jacek jacinta jacinto jack jackie jacob
jacobus jacqueline jacques jada jaden jagoda jaime jake jakob jakub jaleh jalil jamal james jamie jamila jana jane
janek janelle janet janez janice janina janis janka janko jannik jannis janos jarek jarmila jaroslav jasmin jasmina
jasna jason jaswinder javad javier jaya jayden jayesh jayne jayshree jean jeanette jeanne jeannette jeannine jedrzej
jeff jeffrey jelena jemima jenna jennie jennifer jenny jens jeremy jeroen jerome jerry jerzy jesse jessica jethro
jiang jihoon jill jillian jim jimena jimmy jinan jindrich jingyi jiri jitka jiwoo joachim joan joana joanna joanne
joao joaquim joaquin jocelyn jochen jodie joe joel joelle johan johann johanna johannes john johnathan johnny jolanda
jolanta jolene jon jonah jonas jonathan jonna joost jordi jorge joris jose joseba josef josefina josefine joselito
joseph josephine josette joshua josiah josiane josie jovan jovana joyce juan juana juanita judith judy jukka julia
julian juliana juliane julianne julie julieta juliette julio julita julius junaid junko jurek jurgen justin justina
justine justyna jusuf jutta kabir kacper kadir kagiso kaisa kaitlyn kaja kaleb kaloyan kalpana kalyani kamal kamau
kamila kamilla kamran kanako kareem karel karen karim karin karina karl karla karol karolina karoline karsten karthik
kaspar kassandra katalin katarina katarzyna kateryna katharina kathe katherina katherine kathleen kathlyn kathryn
kathy katie katinka katja katrin katrina kaveh kavita kavya kay kaya kayla kazimierz kazuo keiko keira keisha keith
kellie kelly kelvin kemal kendall kendra kenji kenneth kenta kermit kerry kerstin kevin khadija khaled khalid khalil
kiera kieran killa kimberly kiran kirsten kirstin kirsty kizzy kjell klara klaudia klaus klemens knut kofi koji kojo
konrad konstantin konstantinos kornelia krishna krista kristen kristian kristiina kristin kristina kristine kristof
kristopher krystyna krzysztof kulwinder kumiko kunal kurt kwabena kwaku kwame kwesi kyle kyoko kyra kyriakos lachlan
ladislav laila lakshman lakshmi lamar lamine lana lancelot larissa larry lars lasse laszlo latisha latoya laura lauren
laurence laurent laurentiu laurie lautaro lavinia lawrence layla lazaro lazarus leah leander leandra leandro leanne
leda leif leila leilani leire lena lenka lennart lenny leocadia leon leona leonard leonardo leonid leonie leonor
leonora leopold lerato leroy leslie leszek leticia letitia levi lewis liam liana libby liesbeth liesel lieselotte
liisa lila lilia lilian liliana lilith lillian lillie lilly lily lina linda lindiwe lindsay linh linnea lionel lior
lisa lisbeth lise liselotte livia ljiljana ljubica llewellyn lloyd loic lois lola lonnie lorcan loredana loreen loren
lorena lorenzo loretta lori lorna lorraine losa lothar lotte lottie louella louis louisa louise lourdes lovisa lubomir
luboslav luc luca lucas lucette lucia luciana luciano lucie lucien lucienne lucille lucinda lucio lucjan lucrecia
lucretia lucy ludmila ludovic ludwig ludwika luigi luis luisa luise lukas lukasz lula luther luz lydia lydie lyle
lynda lynette lynn lyudmila maarten maartje mabel mabli macarena maciej maddalena madeleine madeline madelyn madhuri
madison mads maeve magda magdalena magdalene magnus mahesh mahmoud mahmud mai maike maire maja makena makoto malcolm
malena malgorzata malik malin malte malwina mamadou mandla mandy manfred manisha manjit manpreet mansour manuel
manuela mara marc marcel marcela marcella marcello marcelo marcia marcin marcio marco marcus marek margaret margarete
margaretha margarethe margarida margarita margaux margit margot margriet margrit marguerite maria mariam mariama
mariana mariann marianne maribel maricel marie mariela marietta marija marijke marika mariko marilena marilou marilyn
marin marina mario marion marisa marisol marit marita marius mariusz mariya marjan marjolein marjorie marko marla
marleen marlene marlies marlon marsha marshall marta martha martin martina martine martyna marvin marwa marwan mary
maryam marzena masako masashi massimo mateja mateo mateus mateusz matheus mathias mathieu mathilda mathilde mathis
matilda matilde mats matt matteo matteus matthew matthias matthijs mattias maud maura maureen maurice mauricio mauro
maxime maximilian maxine mayra mechthild mechtild meera megan mehdi mehmet mei meiling melanie melina melinda
melisande melissa melita melva melvin mengyao menno mercedes meredith meret merete meriem merle mervyn meryem mette
mia micaela michael michaela michal michele micheline michelle michiel mieczyslaw miguel miguelina mihaela mihai
mikael mikaela mike mikhail mikolaj milagros milan milana milda mildred milena milica millaray millicent millie milo
milos milton mindy minerva minh minjun minna mirabel miranda mireia mireille mirela miriam mirjam mirko miro miroslav
miroslava mitchell mitsuko mladen mohamad mohamed mohammad mohammed mohan moira moises moishe molly mona monica monika
monique montserrat morag morgana moritz morris morten moses moshe moussa mpho muhammad murat muriel murray murugan
musa mustafa mustapha myles myra myriam myrna myrtle nabil nada nadezhda nadia nadine nadja nagisa nahuel naima najib
nana nancy nanette naoko naomi naoto narges nasim nasreen nasrin natalia natalie natalija natalya natascha natasha
nathalie nathan nathaniel navdeep naveed naveen nayeli nazim neal neema neeraj nefeli neha neil nell nellie nelson
nerea nessa nestor neta neus neville ngaio ngaire ngozi nia niall niamh nicanor nicholas nicki nicola nicolaas nicolas
nicole nicoleta nicolette nicolo niels nikhil nikita niklas niko nikolai nikolaos nikolaus nikolay nikos nils nina
ninette nino nirmala nisha nita njeri nkechi nneka noa noah nobuko noel noelia noelle noemi nolan nomvula nonhlanhla
noor nora norbert norberto noreen noriko norma norman norris nuala nuno nur nura nuray nuria nuru nusrat obadiah
obinna octavia octavio odalis odalys oddny odette odhiambo odile ofelia oladele olaf olamide olav olayinka oleg
oleksandr oleksiy olena olfa olga oliver olivia olivier oliwia olu olumide oluwaseun omar omer ondine ondrej oona
ophelia oriana orla orlaith orlando orson osama osaze oscar osian oskar osman osvaldo oswald otieno otilia otis otmar
ottavia ottilie otto ottoline ouafae ousmane owen oya ozan pablo padma padraig paige pallavi palmira paloma pamela
pamina paola paolo paraskevi parisa parminder parvati pascal pasquale patrice patricia patrick patrik patrizia patsy
patty paul paula paulette pauliina paulina pauline paulo pavel pavla pedro peggy pekka pelagia penelope percival percy
pernilla perpetua perrine petar peter petra petronella petros petru petter philip philippa philippe phillip philomena
phineas phoebe phuong phyllis pierre piet pieter pietro pilar pio piotr pippa pirjo placido plamen polly pooja portia
prabhakar pradeep prakash praveen preeti pritha priya priyanka przemyslaw purnima quang quentin quetzal quincy quinton
quirin rabia rachel rachele rachida radek radka radmila radomir radoslav radoslava radu rafael rafaela rafal raffaella
rafiq raghav ragnar ragnhild rahul raimund rainer raisa rajendra rajesh rajiv ralf ralitsa ralph ramesh ramin ramon
ramona ramya randall randolph randy rania ranjit raphael raphaela raquel rasheed rashid rasmus ratna raul ravi raymond
raymonde razia reagan rebeca rebecca reece reem refilwe regan regina reginald reiko reinaldo reiner reinhard reinhold
reinier reka remedios remi renaldo renata renate renaud rene renee renzo reto reuben reyhan reynaldo reza rhiannon
rhodri rhona rhonda rhys ricarda ricardo riccardo richard richelle rick rickey rie rieko rika rikke rina rinat rini
risa rishi rita ritva riya robbie robert roberta roberto rocco rochelle rocio roderick rodolfo rodrigo rogelio roger
rogerio rogier rohan roisin roksana roland rolando romain roman romana romina romuald romy ronald ronan ronja ronnie
roosevelt rory rosa rosalia rosalie rosalind rosalinda rosamund rosana rosaria rosario rosella roselyn rosemarie
rosemary rosetta rosheen rosie rosina roslyn rossana rostislav roswitha rowan rowena roxana roxanna roxanne roy roza
rozalia ruairi ruben rubina rudi rudiger rudolf rudolph rufina rufus rui rukhsana rukhsar rupert ruslan russell rustam
rutendo rutger ruth ryan ryoko saad saana saara sabina sabine sabrina sabrine sachiko sadia sadie saeed safiya sahar
saima saira sakura salah salima sally salma salome salvador salvatore samantha sami samir samira samuel sandeep
sandhya sandor sandra sandrine sandro sanja sanjana sanjay sanjeev sanna sanne santiago santino saoirse sapna sara
sarah sarita sarka sasha saskia satoko satoshi saul saulo savannah scarlet scarlett scott seamus sean sebastian
sebastien sebnem sedat sefina segun seiji selene selim selina selma semra senait senthil seoyeon sepideh serafina
serap seraphina serena serge sergei sergey sergio sergiu severin severine sevgi shabana shabnam shahid shahida shakira
shameka shanice shannon shanthi shaquille sharifa sharmila sharon shawn shazia sheena sheila shelby sheldon shereen
sherif sherman sheryl shigeru shilpa shinji shirin shirley shiro shizuko shlomo shoko shreya shreyas shyam siavash
sibel sibongile sibylle siddharth sidney siegfried sieglinde siegrun sienna sigismund sigmund sigrid sigrun sigurd
silas silke silvana silvano silvester silvia silvina silvio simcha simeon simona simone simonetta simran sinazo sindre
sinead siobhan sione sipho sissel siv siwan slavica slavko slawomir slobodan snezana sofia sofie sofija soheil
sojourner solange soledad solomon solveig somchai sondra songul sonia sonja sonya soojin sophia sophie soraya sorcha
soren sorin sotirios souad soumaya spencer srinivas stacey stacy stanislav stanislaw stanley stavros stavroula stefan
stefano stelios stella stephane stephania stephanie stephanos stephen steve steven stewart stieg stina stuart suada
subhash subramaniam sudhir sue suellen sukhdev suleiman suleyman sumaiya sumitra sune sunil sunita sunniva suraj
suresh surinder susan susana susann susanna susanne sushila suzan suzana suzanne suzette suzie svea svein sven svenja
sverre svetlana swantje swathi swati sybil sydney sylvain sylvester sylvia sylvie sylwia szymon tabea tabitha tadashi
tadeusz tahir taisto takahiro takashi takeshi takumi talia talitha tamar tamara tamas tamika tammy tamsin tancredi
tanisha tanja tanya tapio taras tarek tariq taro tarquin tasha tasneem tatiana tatjana tatyana tavita teddy teemu
tegan teodor teodora terence teresa teresita teri terje terrence terri terry tessa thabo thaddeus thalia thandeka
thandi thandiwe thanh thao thea theda thekla thelma themba theodora theodore theodoros theophilus theresa therese
thiago thibault thierry thijs thilo thomas thomasina thora thorben thorsten thuy thyra tiago tibor tiffany tihomir
tilda tilly tilman timea timo timothee timothy tina tirza tivadar tobiah tobias tobin toby todd tom tomas tomasz
tommaso tommy tomoko tomos tonia tony tonya torben tore torgeir torsten torunn tove toyin tracey tracy trang travis
trent trevor tricia trina trinidad trinity trish tristan trudy truls trygve tryphena tshepo tuan tudur tula tunde
turid twyla tyler tyrone tzipora ubaldo uche uchenna udo ugo ugur uliana ulises ulla ulrich ulrik ulrika ulrike
umberto umut uriel urs ursula urszula urte usha usman uwe uzma vaclav vadim valdemar valentin valentina valentino
valeria valerie valeriy valter vanda vanessa vania varvara vasco vasile vasiliki vasilis vasily vaughan veerle velma
venkat venkatesh venla vera verena verity verna vernon veronica vicenta vicente vicki vicky victor victoria viggo
vijay vikram viktor vilhelm viljo vilma vinay vincent vincenzo vinod viola violeta violette viorica virgil virginia
virginie vita vito vittoria vittorio vivek vivian viviana vivienne vladimir vladislav vlado vlasta vlatka vojtech
volker vusi walburga waldemar waleed wallace wally walter walther waltraud waltraut wambui wanda wanjiku wanjiru wayne
wayra wenche wendy wenzel werner werther wesley whitney wiebke wieslaw wietske wiktoria wilbert wilbur wilfred
wilfried wilhelm wilhelmina wilhelmine willa willem willemijn william willie wilma winifred winnie winston wiremu
wladyslaw wojciech wolfgang wolfram woodrow wouter wyatt xavi xavier xiaoming ximena xiomara xiu xochitl yadira yael
yahya yara yaritza yasemin yasmin yasmina yasmine yasuko yaw yejin yelena yesenia yetunde yevgeny yewande yiannis
yisrael yitzhak ylva yoko yolanda yolande yolotl yonatan yosef yoshi yoshiko ysabel yuka yuki yukiko yuko yuliya yumi
yuri yuriko yusra yusuf yusupha yuxin yves yvette yvon yvonne zachary zahid zaid zainab zanele zara zawadi zaynab
zbigniew zbynek zdenek zdenka zdravko zeina zelda zeljko zenon zeynep zia zihan zilla zinaida zita zivile zlata zoe
zoey zofia zofja zohra zoltan zora zoran zrinka zsofia zsolt zsuzsa zsuzsanna zuleika zuri zuzana zuzanna zygmunt
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""Given names; those that are also common words of this trade are left out."""

SURNAMES = frozenset(
    """
abbott abernathy abioye abraham abrams achterberg acosta adams adamski adamson addison adeleke ademola adeyemi adler
aguilar aguirre ahmad ahmadi ahn aitken akhtar akinola albright alcantara aldridge alfaro allard allen almeida alonso
altman alvarado alvarez amador amsel andersen anderson andersson andrade andrews aoki appiah aquino aragon araujo
archer arellano armstrong arroyo asante ashby ashworth atkins atkinson avila ayala baird baker balogun banerjee
baptista barber barbosa barclay barker barlow barnes barnett barrera barrett barrios barron barros bartlett barton
basu bauer baumann baumgartner bautista baxter becker beckett bekele bell beltran benitez bennett benson bentley
berger bergman bergstrom bernal bernstein berry bertrand bhatt bianchi bishop bjornsdottir blackburn blackwell blair
blake blanchard blanco boateng bocanegra bogdanov bolton bonner borowski bouazza boucher bowen bowers bowman boyd
boyle bradford bradshaw brady brandt brandvold braun brennan brewer briggs britton brock brooks broussard brown
browning brunner bryant buchanan buckley burgess burke burnett burns burton bustamante butler byrne caballero cabrera
cahill calderon caldwell calhoun calloway cameron campbell campos canales cannon cantu cardenas cardoso carey carlson
carmichael carney carpenter carr carrasco carrillo carroll carson carter carvalho casey castaneda castellanos castillo
castro cervantes chakraborty chambers chandler chaney chang chapman chatterjee chaudhary chavez cheng cho choi chopra
chowdhury christensen christian chu chua chung church cisneros clarke clarkson clay clayton cohen coleman collier
collins colon compton conley connolly connor contreras conway cook cooke cooley cooper copeland cordero coronado
correa cortes cortez costa costello coughlin cowan cox cramer crane crawford cronin crosby cruz cummings cunningham
curran curtis dahl dalton daly daniels danso darling davenport davidson davies davila davis dawson dejong delacroix
delaney delarosa deleon delgado demir denton desai deshpande devlin devries diaz dickson dijkstra dillon dimitrov dinh
dixon dobson doherty dominguez donahue donnelly doran dougherty doyle drake drew driscoll drummond dubois duffy dunn
duong duran dutta dvorak dwyer eaton ebert eklund ellington ellis ellison engel english erickson eriksen eriksson
escobar esparza espinosa espinoza esposito estrada evans everett faber fagan falk farmer farrell faulkner feld feldman
ferguson fernandes fernandez ferrari ferreira ferrer fielding figueroa finch finnegan fischer fitzgerald fitzpatrick
flanagan fleming fletcher flores flynn foley fontaine forbes forster fowler fox franco frank franke frankel fraser
frazier freeman french friedman frost fry fuchs fuentes fujimoto fujita fuller galindo gallagher gallardo gallegos
galloway galvan gamble garcia gardner garner garrison garza gaspar gates gauthier geiger gerber gibbons gibbs gibson
gill gillespie gilmore giordano girard glass glover goddard goldberg goldman goldstein gomes gomez gonzales gonzalez
goodman goodwin gorman gottlieb gould graf granger graves greco greenberg greene greenwood greer griffin griffith
griffiths grimes gross gruber guerra guerrero guevara gunnarsdottir gupta guthrie gutierrez guzman haas hagen hahn
hale hall halvorsen hamilton hammond hampton hancock hanna hansen hanson haraldsen hardin harding hardy harmon harper
harrell harrington harris harrison hartley hartman hartmann hashimoto hastings hatfield haugen hawkins hayashi hayes
haynes heath hebert hecht heller henderson hendricks hendrix henriksen hensley hernandez herrera herzog hess hewitt
hickey hicks hidalgo higgins hinton hirsch hobbs hodge hodges hoffman hoffmann hogan holcomb holden holland hollander
holloway holm holmes holt hooper hoover hopkins hopper horn horne horowitz horton houston howell hsu huang hubbard
huber hudson huerta huff huffman hughes hull hunt hurley hurst hussain hutchins hutchinson huynh hwang ibarra iglesias
ingram irwin islam ito ivanov ivanova iyer jaber jackson jacobs jacobsen jacobson jaeger jain jankowski jansen janssen
jaramillo jefferson jennings jensen jimenez johansen johansson johns johnson johnston jones jordan joshi juarez jung
kaiser kamara kaminski kane kang kaplan kapoor karlsson kaufman kaur kawasaki keane kearney keita keller kelley kemp
kennedy kent kerr khan kimura king kirby kirk kirkland klein kline knapp knight knowles knox kobayashi koch koenig
kohler kone kovac kovacs kowalczyk kowalski kozlov kozlowski kraft kramer krause krautwurst krishnan kruger kuhn kumar
kuznetsov kwan kwon lacroix lafleur lam lamarr lambert lane lang lange langley lara larsen larson larsson lau lawson
leach leal leblanc lechner lee lefebvre lefevre lehmann lester levin levine levy lewandowski liang lim lin lindberg
lindgren lindholm lindqvist lindsey liu livingston logan lombardi lopes lopez lorenz lowe lowery lozano lu lucero lugo
luna lund lundgren luong lynch lyons macdonald macias mackay mackenzie maclean macleod madden maddox madsen mahoney
maier malone mancini mann manning manzo marchand marchetti marino marks marsh martinelli martinez martini martins marx
massey matsumoto matthews maxwell mayer maynard mayo mazur mbeki mccall mccann mccarthy mcclain mcclure mcconnell
mccormick mccoy mccullough mcdaniel mcdonald mcdowell mcgee mcgrath mcguire mcintosh mcintyre mckay mckee mckenna
mckenzie mckinney mclaughlin mclean mcmahon mcmillan mcnamara mcneil mcpherson meadows medina mehta meier mejia
melendez mendes mendez mendoza mensah mercado merritt metz meyer meyers michaels mikkelsen miles miller mills mishra
mitra mizrahi moen mohr mokoena molina monroe montgomery montoya moody mooney moore mora morales moran moreau moreira
moreno moretti morgan mori morin morozov morozova morrison morrow morse morton moser mueller mukherjee muller mullins
munoz murillo murphy myers nadler nagy nair nakagawa nakamura nascimento nash navarro ndiaye neumann newman newton ngo
nguyen nichols nicholson nielsen nieves nikolaidis nilsson nkosi novak nowak nunes nunez nwosu nyberg obrien ochoa
oconnell oconnor odom odonnell okafor okamoto okeke okonkwo olofsson olsen olson olsson oneal oneill ono oppenheimer
orozco orr ortega ortiz osborne osei ostrowski otieno owens owusu oyelaran oyelowo pacheco padilla page palmer
papadakis papadopoulos pappas paredes parekh park parker parks parrish parsons patel paterson patterson patton paulsen
pavlov payne pearce pearson peck pedersen pelletier pemberton pena peralta pereira perez perkins perreault perry
persson peters petersen peterson petit petrosyan petrov petrova pettersson pettigrew pham phan phelps phillips pierce
pineda pinto piper pitt pitts platt plummer poirier pollard ponce poole popescu popov potter powell pratt prescott
preston price prieto pritchard proctor pruitt pugh quigley quinn quintana quintero quiroz raghunathan rahman ramirez
ramos ramsey rangel rao rasmussen rausch reddy reed reese reeves reid reilly renner reyes reynolds rhodes ricci rice
richards richardson richter riley rios ritter rivas rivera rivers roach robbins roberts robertson robinson robles
rocha rodgers rodrigues rodriguez rogers rojas rollins romano romero rosales rosen rosenberg rosenthal ross rossi roth
rousseau rowe rowland rubin rubio ruiz rush russo rutherford saito sakamoto salas salazar salinas samuels sanchez
sanders sanderson sandoval sanford santana santos sato saunders savage sawyer scarlatti schaefer schafer scherer
schiller schmid schmidt schmitt schmitz schneider schroeder schubert schultz schulz schulze schumacher schuster
schwartz schwarz sellers serrano sethi sexton seymour shaffer shah shapiro sharma sharp sharpe shaw shea shelton
shepard shepherd sheridan shields shimizu shrestha sierra sikorski silva silverman simmons simon simons simpson sims
sinclair singh singleton sinha skinner slater sloan smith snow snyder sokolov solberg solis sorensen sosa soto sousa
souza sparks spears spence spielmann stafford stahl stanton stark steele stein steiner stephens stephenson stern
stevens stevenson stokes stone stout strickland suarez sullivan summers sutherland suzuki svensson swanson sweeney
szabo szymanski takahashi talley tan tanaka tanner tapia tate taylor teixeira tellez terrell thackeray thapa thompson
thomsen thomson thornton tillman tillmann tolbert torres toth townsend tran traore trask travers trejo trevino
trujillo tsai tucker turnbull turner turpin tyson ueda underwood upton uribe valdez valencia valentine valenzuela
valle vance vanderberg vandermeer vargas vasquez vaughn vazquez vega velasco velasquez velez venter vermeer vickers
vidal vieira villa villanueva villarreal vinson vogel vogelsang vogt volkov voss wade wagner walker waller walsh
walters walton wang warner warren washington watanabe waters watkins watts weaver webb weber webster weeks weinberg
weiner weiss welch weller wells wentworth whitaker whitcombe white whitehead whitfield whitley wierzbicki wiggins
wilcox wilder wiley wilkins wilkinson williams williamson willis wilson winkler winter winters wise witt wolf wolfe
wolff wong wood woodard woods woodward wozniak wright yamada yamaguchi yamamoto yang yates yeung yilmaz yoder yoon
yoshida zamora zapata zavala zeller zhang zhao zheng zhou zhu ziegler zielinski zimmerman zimmermann zuniga
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""Family names; a good part of them are words too, so that one alone proves nothing."""
