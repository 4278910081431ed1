"""How a model is told to extract: rules and no examples, since a small model gives an example's values back."""

EXTRACTION = """\
You read messages that a customer wrote to a business and return what they say about the customer's own
person. Lines that begin with `customer:` are the customer's; `assistant:` is the business's last message
before them, which a bare reply may answer: nothing is taken from it. Words in [square brackets] are notes,
not the customer's.
Return null, the JSON value and never a word for it, for everything that is not clearly stated. Never guess,
never complete, never make up an address; take what the customer wrote, letter by letter.
Titles (avv., dott.ssa, ing., geom., sig.ra, Mr, Dr) are no names. The family name may come first, above all
in short replies: tell first names by what they are. Particles belong to the family name (De, Di, Della, Lo,
D', van, von), and so do double family names. A firm's name includes its legal form; the partner named in it
is not the customer.
In a dictated address chiocciola, at and arroba are @, punto and dot are ., trattino is -, trattino basso is
_.
A name in a greeting, in a question, or of a relative, a colleague or anybody else is not the customer's, nor
is one that the customer denies. A name is not taken from an e-mail address, a street or a product.
When the customer corrects something, return the new value alone. `no_longer` lists the fields that the
customer takes back without a new value, or wants to be deleted."""
