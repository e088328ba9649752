/** A made-up student of the cohort. */
export interface Student {
  /** Their folder's name on the roster. */
  readonly candidate: string;
  readonly name: string;
  readonly email: string;
  /** On GitHub. */
  readonly login: string;
  /** At their school. */
  readonly id: string;
  /** Canvas' form of the name, and its number of the user. */
  readonly canvas: string;
  readonly canvasId: string;
  /** The name that they give to a folder or a zip. */
  readonly folder: string;
  /** How they submit: a key of `HABITS`. */
  readonly habit: string;
}

/** Sixty people. Columns: candidate, name, login, canvas, folder, habit. */
const TABLE = `
ada      | Ada Lovelace         | lovelace      | lovelaceada        | ada lovelace               | plain
alan     | Alan Turing          | OctoCat       | turingalan         | alan@uni.example.edu       | browser copy
alonzo   | Alonzo Church        | octo-Dog42    | churchalonzo       | octo-Dog42                 | canvas copy
anna     | Anna Müller          | anna-m        | muelleranna        | Müller, Anna (100004)      | older and newer
annie    | Annie Easley         | annie         | easleyannie        | annie                      | three versions
barbara  | Barbara Liskov       | liskov        | liskovbarbara      | Barbara Liskov             | final version
beth     | Beth Holberton       | bholberton    | holbertonbeth      | Beth Holberton             | own prefix
bjarne   | Bjarne Sørensen      | bjarne        | srensenbjarne      | bjarne                     | extension in capitals
carl     | Carl Gauß            | cgauss        | gausscarl          | Gauß, Carl (100009)        | module in capitals
chen     | Chen Wei             | chenwei       | weichen            | chenwei                    | text file
claude   | Claude Shannon       | cshannon      | shannonclaude      | Claude Shannon             | tsx
dana     | Dana Scott           | dscott        | scottdana          | dana-scott                 | mjs
dennis   | Dennis Ritchie       | dmr           | ritchiedennis      | dmr                        | both languages
donald   | Donald Knuth         | knuth         | knuthdonald        | knuth                      | kernel alone
dorothy  | Dorothy Vaughan      | dvaughan      | vaughandorothy     | dorothy                    | kernel in capitals
edsger   | Edsger Dijkstra      | ewd           | dijkstraedsger     | Edsger Dijkstra            | byte order mark
emmy     | Emmy Noether         | noether       | noetheremmy        | Noether, Emmy (100017)     | UTF-16
evelyn   | Evelyn Berezin       | eberezin      | berezinevelyn      | Evelyn Berezin             | Latin-1
frances  | Frances Allen        | fallen        | allenfrances       | frances                    | junk
fred     | Fred Brooks          | fbrooks       | brooksfred         | fred                       | documents
gladys   | Gladys West          | gwest         | westgladys         | Gladys West                | nothing
grace    | Grace Hopper         | hopper        | hoppergrace        | grace                      | link
hedy     | Hedy Lamarr          | hlamarr       | lamarrhedy         | hedy                       | nested once
hugo     | Hugo Gernsback       | hugo          | gernsbackhugo      | hugo                       | nested twice
ida      | Ida Rhodes           | irhodes       | rhodesida          | ida                        | zip inside
jean     | Jean Bartik          | jbartik       | bartikjean         | Jean Bartik                | zip of one folder
jim      | Jim Gray             | jgray         | grayjim            | jim                        | leaving zip
joan     | Joan Clarke          | jclarke       | clarkejoan         | Joan Clarke                | two places
john     | John McCarthy        | jmc           | mccarthyjohn       | john.mccarthy              | folder for each task
juergen  | Jürgen Müller        | jmueller      | muellerjuergen     | Müller, Jürgen (100030)    | numbered kernels
karen    | Karen Spärck Jones   | ksj           | jonesspaerckkaren  | Karen Spärck Jones         | locked zip
kathleen | Kathleen Booth       | kbooth        | boothkathleen      | kathleen                   | with a readme
ken      | Ken Thompson         | ken           | thompsonken        | ken                        | lost folder
leslie   | Leslie Lamport       | lamport       | lamportleslie      | leslie_lamport             | browser copies of both
lijuan   | 李小龍               | xiaolong      | 李小龍             | 李小龍                     | plain
linus    | Linus Åkesson        | lakesson      | akessonlinus       | Åkesson, Linus (100036)    | plain
lynn     | Lynn Conway          | lconway       | conwaylynn         | lynn                       | plain
margaret | Margaret Hamilton    | mhamilton     | hamiltonmargaret   | Margaret Hamilton          | plain
maria    | Maria De La Cruz     | mdelacruz     | delacruzmaria      | De La Cruz, Maria (100039) | plain
marvin   | Marvin Minsky        | minsky        | minskymarvin       | marvin                     | plain
mary     | Mary Jackson         | mjackson      | jacksonmary        | Mary Jackson               | plain
maurice  | Maurice Wilkes       | mvwilkes      | wilkesmaurice      | maurice                    | plain
mia      | Mia Late             | mia-late      | latemia            | mia-late                   | plain
niklaus  | Niklaus Wirth        | nwirth        | wirthniklaus       | niklaus                    | plain
noam     | Noam Chomsky         | nchomsky      | chomskynoam        | 100045                     | plain
ole      | Ole-Johan Dahl       | ojd           | dahlolejohan       | Ole-Johan Dahl             | plain
peter    | Peter Naur           | pnaur         | naurpeter          | peter                      | plain
radia    | Radia Perlman        | rperlman      | perlmanradia       | radia                      | plain
raj      | Raj Reddy            | rreddy        | reddyraj           | Raj  Reddy                 | plain
richard  | Richard Hamming      | hamming       | hammingrichard     | hamming                    | plain
robin    | Robin Milner         | rmilner       | milnerrobin        | robin                      | plain
rosa     | Rosa Peter           | rpeter        | peterrosa          | rosa                       | plain
sean     | Séan O'Brien         | sobrien       | obriensean         | O'Brien, Séan (100053)     | plain
shafi    | Shafi Goldwasser     | shafi         | goldwassershafi    | shafi                      | plain
sophie   | Sophie Wilson        | swilson       | wilsonsophie       | Sophie Wilson              | plain
thi      | Nguyễn Thị Hoa       | nthoa         | nguyenthihoa       | nguyen thi hoa             | plain
tim      | Tim Berners-Lee      | timbl         | bernersleetim      | tim                        | plain
tony     | Tony Hoare           | carh          | hoaretony          | tony                       | plain
vint     | Vint Cerf            | vcerf         | cerfvint           | vint                       | wrong answer
wendy    | Wendy Hall           | whall         | hallwendy          | wendy                      | compile error
`;

export const STUDENTS: readonly Student[] = TABLE.trim()
  .split("\n")
  .map((line, index) => {
    const [candidate, name, login, canvas, folder, habit] = line.split("|").map((cell) => cell.trim()) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const id = String(100_001 + index);
    return {
      candidate,
      name,
      email: `${candidate}@uni.example.edu`,
      login,
      id,
      canvas,
      canvasId: String(20_001 + index),
      folder,
      habit,
    };
  });

/** The cohort's roster. */
export function rosterText(): string {
  const lines = STUDENTS.map(({ candidate, name, email, login, id }) =>
    [candidate, name, email, login, id, "A"].join(),
  );
  const absent = "absent,Nobody Came,absent@uni.example.edu,nobody,999999,A";
  return ["candidate,name,email,login,id,section", ...lines, absent, ""].join("\n");
}
