"""Keys and encrypted numbers: call by call the outcome is that of python-paillier."""

import warnings
from functools import partial

import pytest
from phe_pair import LIBRARIES, expressions, names, outcome

PUBLIC = """
k.raw_encrypt(True,5) ; k.raw_encrypt(5,5.0) ; k.raw_encrypt(5,'a') ; k.raw_encrypt(5,-3) ; k.raw_encrypt(5,126869)
k.raw_encrypt(5,126870) ; k.raw_encrypt(5,0) ; k.raw_encrypt(5,True) ; k.raw_encrypt(-5,7) ; k.raw_encrypt(1.0,7)
k.raw_encrypt('1',7) ; Public(126869.0) ; Public('5') ; Public(None) ; Public(0) ; Public(1) ; Public(-5)
hash(Public(-5))==hash(-5) ; repr(Public(-5)) ; repr(k) ; repr(Public(2**300)) ; k==5 ; k!=5 ; k==126869
k==Public(126869) ; k.__eq__(5) ; k.encrypt(5,r_value=7) ; k.encrypt(5.5,r_value=7) ; k.encrypt(True,r_value=7)
k.encrypt(0.1,precision=0.1,r_value=7) ; k.encrypt(np.float64(0.5),r_value=7) ; k.encrypt('5',r_value=7)
k.encrypt(None,r_value=7) ; k.encrypt(5+1j,r_value=7) ; k.encrypt(fractions.Fraction(1,2),r_value=7)
k.encrypt(decimal.Decimal(1),r_value=7) ; k.encrypt(5,r_value=0) ; k.encrypt(10**9,r_value=7)
k.encrypt(-10**9,r_value=7) ; k.encrypt(1e9,r_value=7) ; k.encrypt(float('inf'),r_value=7)
k.encrypt(float('-inf'),r_value=7) ; k.encrypt(float('nan'),r_value=7) ; k.encrypt(5,precision=0,r_value=7)
k.encrypt(5,precision=-1,r_value=7) ; k.encrypt(5,precision='a',r_value=7) ; k.encrypt(5,precision=1,r_value=7)
k.encrypt(5,precision=16,r_value=7) ; k.encrypt(5,precision=17,r_value=7) ; k.encrypt(5.5,precision=1,r_value=7)
k.encrypt(5,precision=1j,r_value=7) ; k.encrypt(5,precision=fractions.Fraction(1,3),r_value=7)
k.encrypt(5,precision=decimal.Decimal('0.1'),r_value=7) ; k.encrypt(5,precision=np.float64(0.1),r_value=7)
k.encrypt(5,precision=float('inf'),r_value=7) ; k.encrypt(5,precision=float('nan'),r_value=7)
k.encrypt(5,precision=True,r_value=7) ; k.encrypt(k,r_value=7) ; k.encrypt(Code(k,5,-3),r_value=7)
k.encrypt(Code(k,5,-3),precision=4,r_value=7) ; k.encrypt(Code(pub,5,-3),r_value=7)
k.encrypt_encoded(Code(pub,5,-3),7) ; k.encrypt_encoded(Code(k,5,-3),7) ; k.encrypt_encoded(5,7)
k.encrypt_encoded(Code(k,5,-3),None) ; k.encrypt_encoded(Code(k,5,-3),0) ; k.encrypt_encoded(Code(k,5.5,-3),0)
k.encrypt_encoded(Code(k,'x',-3),0) ; k.encrypt(5,r_value=-7) ; k.encrypt(5,r_value=2.5) ; k.encrypt(5,r_value=0.0)
k.encrypt(5,r_value=False) ; k.encrypt(5,r_value='') ; k.raw_encrypt(5,'') ; k.raw_encrypt(5,0.0)
k.encrypt(5,r_value='a') ; k.encrypt(5)==k.encrypt(5) ; Public(35).raw_encrypt(5,1.0)
Public(35).raw_encrypt(5,35) ; Public(35.0).raw_encrypt(5,3) ; Public(2).encrypt(0,r_value=3)
Public(0).raw_encrypt(0,3) ; Public(1).raw_encrypt(0,3) ; Public(0).encrypt(0) ; Public(1).encrypt(0)
Public(3).encrypt(0,r_value=1) ; Public(3).encrypt(1,r_value=1) ; Public(2).encrypt(0,r_value=1)
k.raw_encrypt(5,None) ; k.raw_encrypt(k.n*2+1, 1) ; k.raw_encrypt(k.n*2//3+1, 1) ; k.raw_encrypt(-1, 1)
Public(-35).raw_encrypt(5,3) ; Public(-35).raw_encrypt(0,3) ; Public(-35).raw_encrypt(-5,3)
Public(-35).encrypt(-5,r_value=3) ; Public(35).encrypt(-5,r_value=3) ; Public(35).encrypt(-5,r_value=5)
Public(35).encrypt(5,r_value=5) ; Public(35).encrypt(5,r_value=5)*-1 ; Public(35).raw_encrypt(25,5)
"""

PRIVATE = """
priv ; repr(priv) ; priv==priv ; priv.__eq__(5) ; hash(priv)==hash((priv.p,priv.q)) ; priv!=5 ; Private(k,5,7)
Private(Public(25),5,5) ; Private(Public(35),7,5).p ; Private(Public(35),7,5) ; Private(Public(36),4,9)
Private(Public(24),4,6) ; Private(Public(6),2,3) ; Private(Public(21),3,7) ; Private(Public(35),1,35)
Private(Public(35),-5,-7) ; Private(Public(35),5.0,7.0) ; Private(None,5,7) ; Private(5,5,7)
Private.from_totient(Public(35),24) ; Private.from_totient(Public(35),25) ; Private.from_totient(Public(35),0)
Private.from_totient(Public(35),-4) ; Private.from_totient(Public(35),100) ; Private.from_totient(Public(35),36)
Private.from_totient(Public(35),24.0) ; Private.from_totient(Public(25),16) ; Private.from_totient(Public(25),20)
Private.from_totient(Public(35),'a') ; Private.from_totient(5,24) ; priv.decrypt(5)
priv.decrypt(k.encrypt(5,r_value=7)) ; priv.decrypt_encoded(5) ; priv.decrypt_encoded(pub.encrypt(5))
priv.decrypt_encoded(pub.encrypt(5),int) ; priv.decrypt_encoded(pub.encrypt(5),Code)
priv.decrypt_encoded(pub.encrypt(5),lambda *a: a) ; priv.decrypt_encoded(pub.encrypt(5),Encoding=0)
priv.decrypt_encoded(k.encrypt(5,r_value=7),int) ; priv.raw_decrypt(5.0) ; priv.raw_decrypt('5')
priv.raw_decrypt(True) ; priv.raw_decrypt(0) ; priv.raw_decrypt(-1) ; priv.raw_decrypt(1)
priv.raw_decrypt(priv.p) ; priv.raw_decrypt(priv.q) ; priv.raw_decrypt(priv.p*priv.q)
priv.raw_decrypt(priv.p*priv.q*5+1) ; priv.raw_decrypt(12345) ; priv.raw_decrypt(pub.nsquare+5)
priv.raw_decrypt(5) ; priv.raw_decrypt(-pub.nsquare*3+5) ; priv.h_function(3,9)
priv.h_function(priv.p,priv.psquare)==priv.hp ; priv.l_function(22,7) ; priv.l_function(-22,7)
priv.l_function(22.5,7) ; priv.crt(3,5) ; priv.crt(-3,5) ; priv.crt(3.5,5) ; priv.crt('a',5)
Private.h_function(None,3,9) ; priv.decrypt_encoded(pub.encrypt(S.encode(pub,0.1)),S).decode() ; Ring() ; Ring(5)
Ring([5]) ; Ring([priv,priv]).__len__() ; Ring([priv])==Ring([priv]) ; Ring([priv])==5 ; Ring([priv])=={pub:priv}
Ring([priv])[pub] ; Ring([priv])[k] ; Ring([priv])[5] ; Ring([priv])[priv] ; Ring([priv]).__delitem__(pub)
Ring([priv]).__delitem__(k) ; Ring([priv]).__delitem__(5) ; Ring([priv]).add(5) ; Ring([priv]).add(priv)
Ring([priv]).decrypt(pub.encrypt(5)) ; Ring([priv]).decrypt(k.encrypt(5)) ; Ring([priv]).decrypt(5)
Ring([priv]).__setitem__(5,5) ; Ring([priv]).get(k) ; list(Ring([priv])) ; Ring([priv]) ; Ring({priv:1}) ; Ring('')
Ring(0) ; k in Ring([priv]) ; 5 in Ring([priv]) ; hash(Ring([priv])) ; pub.n in Ring([priv])
k.n in Ring([Private(k2,5,7)]) ; 35 in Ring([Private(k2,5,7)])
"""

NUMBERS = """
Enc(5,5) ; Enc(pub,5.5) ; Enc(pub,'x') ; Enc(pub,-5) ; Enc(pub,True)
Enc(pub,5,'a') ; Enc(pub,5,2.5) ; Enc(pub,None) ; Enc(None,5) ; Enc(pub,5).ciphertext(False)
Enc(pub,5).ciphertext(be_secure=0) ; Enc(pub,5).ciphertext() ; Enc(pub,5.5).ciphertext(False)
Enc(pub,5).obfuscate() ; -k.encrypt(5) ; +k.encrypt(5) ; abs(k.encrypt(5))
k.encrypt(5)**2 ; k.encrypt(5)//2 ; k.encrypt(5)%2 ; 1/k.encrypt(5) ; k.encrypt(5)<k.encrypt(6)
bool(k.encrypt(0)) ; int(k.encrypt(0)) ; float(k.encrypt(0)) ; k.encrypt(5)*k.encrypt(5)
k.encrypt(5)/k.encrypt(5) ; k.encrypt(5)/0 ; k.encrypt(5)/'a' ; k.encrypt(5)/None ; pub.encrypt(5)/Code(pub,2,0)
k.encrypt(5)+'a' ; k.encrypt(5)+None ; k.encrypt(5)+[1] ; k.encrypt(5)-'a' ; k.encrypt(5)-None ; k.encrypt(5)-[1]
k.encrypt(5)-(1,2) ; k.encrypt(5)*'a' ; k.encrypt(5)*None ; k.encrypt(5)*[1] ; 'a'+k.encrypt(5) ; 'a'-k.encrypt(5)
'a'*k.encrypt(5) ; [1]*k.encrypt(5) ; k.encrypt(5)+1j ; k.encrypt(5)*1j ; k.encrypt(5)+fractions.Fraction(1,2)
k.encrypt(5)+decimal.Decimal(1) ; np.float64(1)*pub.encrypt(5) ; pub.encrypt(5)*np.float64(1) ; pub.encrypt(5)*True
pub.encrypt(5)+True ; pub.encrypt(5)/np.float64(2.) ; pub.encrypt(5)/np.float64(0.) ; pub.encrypt(5)/2
pub.encrypt(5)/0.0 ; pub.encrypt(5)/float('inf') ; pub.encrypt(5)/float('nan') ; pub.encrypt(5)+float('nan')
pub.encrypt(5)+float('inf') ; pub.encrypt(5)*float('inf') ; pub.encrypt(5)+Code(k,5,0) ; pub.encrypt(5)*Code(k,5,0)
pub.encrypt(5)-Code(k,5,0) ; pub.encrypt(5)-Code(pub,5,0) ; pub.encrypt(5)+Code(pub,5,0)
pub.encrypt(5)*Code(pub,5,0) ; pub.encrypt(5)*Code(pub,5.5,0) ; pub.encrypt(5)*Code(pub,-5,0)
pub.encrypt(5)*Code(pub,pub.n,0) ; pub.encrypt(5)+Code(pub,pub.n,0) ; pub.encrypt(5)+Code(pub,-5,0)
pub.encrypt(5)+Code(pub,5.5,0) ; pub.encrypt(5)+k.encrypt(5) ; pub.encrypt(5)-k.encrypt(5)
k.encrypt(5)-pub.encrypt(5) ; pub.encrypt(5)*k.encrypt(5) ; pub.encrypt(5)._raw_mul(0)
pub.encrypt(5)._raw_mul(1.0) ; pub.encrypt(5)._raw_mul('a') ; pub.encrypt(5)._raw_mul(-1)
pub.encrypt(5)._raw_mul(pub.n) ; pub.encrypt(5)._raw_mul(pub.n-1) ; pub.encrypt(5)._raw_mul(True)
Enc(pub,5)._raw_mul(0) ; Enc(pub,5)._raw_mul(1) ; Enc(pub,pub.nsquare+5)._raw_mul(1)-pub.nsquare
Enc(pub,-5)._raw_mul(1) ; Enc(pub,-5)._raw_mul(2) ; Enc(pub,0)._raw_mul(0) ; Enc(pub,0)._raw_mul(2)
Enc(pub,0)._raw_mul(pub.n-2) ; Enc(pub,0)._raw_mul(pub.n-1) ; Enc(pub,1)._raw_mul(pub.n-1)
Enc(pub,pub.nsquare+5)._raw_mul(pub.n-1) ; Enc(pub,1)._raw_mul(5) ; Enc(pub,pub.nsquare+1)._raw_mul(5)
Enc(pub,5.5)._raw_mul(5) ; Enc(pub,5.5)._raw_mul(1) ; Enc(pub,'x')._raw_mul(5) ; Enc(pub,None)._raw_mul(5)
Enc(pub,None)._raw_mul(1) ; Enc(pub,None)._raw_mul(0) ; Enc(pub,1.0)._raw_mul(5) ; Enc(pub,1)._raw_add(5,6)
Enc(pub,1)._raw_add(-5,6)==pub.nsquare-30 ; Enc(pub,1)._raw_add('a',6) ; Enc(pub,1)._raw_add('a','a')
Enc(pub,1)._raw_add(True,6) ; Enc(pub,1)._raw_add(pub.nsquare+1,6) ; Enc(pub,1)._add_scalar(5)
Enc(pub,1)._add_scalar('5') ; Enc(pub,1)._add_encoded(5) ; Enc(pub,1)._add_encrypted(5)
Enc(pub,1)._add_encoded(Code(pub,5,3)) ; Enc(pub,1)._add_encoded(Code(pub,5,-3))
Enc(pub,5,3)._add_encoded(Code(pub,5,-3)) ; Enc(pub,5,3).decrease_exponent_to(3)
Enc(pub,5,3).decrease_exponent_to(1) ; Enc(pub,5,3).decrease_exponent_to(4)
Enc(pub,5,3).decrease_exponent_to(1.5) ; Enc(pub,5,3).decrease_exponent_to(1.0)
Enc(pub,5,3).decrease_exponent_to('a') ; Enc(pub,5,3).decrease_exponent_to(-10**4)
Enc(pub,5,3).decrease_exponent_to(None) ; k.encrypt(5).decrease_exponent_to(-5)
k.encrypt(5).decrease_exponent_to(-3) ; (lambda e: e.decrease_exponent_to(0) is e)(pub.encrypt(5))
(lambda e: e.decrease_exponent_to(0)._EncryptedNumber__is_obfuscated)(pub.encrypt(5))
(lambda e: (e*1)._EncryptedNumber__is_obfuscated)(pub.encrypt(5)) ; (lambda e: (e*1) is e)(pub.encrypt(5))
(lambda e: (e*0))(pub.encrypt(5)) ; (lambda e: (e*0.0))(pub.encrypt(5)) ; (pub.encrypt(5)+0.0).exponent
pub.encrypt(1e-300).exponent ; pub.encrypt(1e300).exponent ; pub.encrypt(5e-324).exponent
pub.encrypt(0.0).exponent ; pub.encrypt(1.0).exponent ; pub.encrypt(3.0).exponent ; pub.encrypt(16.0).exponent
pub.encrypt(1e20).exponent ; Enc(pub,5,3)+Enc(pub,5,2.5) ; Enc(pub,5,3)+Enc(pub,5,'a') ; Enc(pub,5,2.5)+5
Enc(pub,5,'a')+5 ; Enc(pub,5,None)+5 ; Enc(pub,5,'a')*5 ; Enc(pub,5,None)*5 ; Enc(pub,5,2.5)*5 ; Enc(pub,5,True)*5
Enc(pub,5,-10**3)*5 ; Enc(pub,5,10**3)*5 ; Enc(pub,5,-10**3)+5 ; Enc(pub,5,10**3)+5 ; Enc(pub,0,0)-5
Enc(pub,0,0)-Enc(pub,0,0) ; (5-Enc(pub,0,0)) ; (5-Enc(pub,7,0)) ; sum([Enc(pub,7,0)]*3)
type(Code.encode(pub,True).encoding) ; type(S.encode(pub,5)) ; type(S(pub,5,2).decrease_exponent_to(1))
pub.encrypt(S.encode(pub,0.1)).exponent ; pub.encrypt(5)+S.encode(pub,0.1) ; (Enc(pub,5,0)+S(pub,5,-3))
(Enc(pub,5,-5)+S(pub,5,-3)) ; (Enc(pub,5,-5)*S(pub,5,-3)) ; (Enc(pub,5,-5)-S(pub,5,-3))
(Enc(pub,5,-5)/S(pub,5,-3))
"""


@pytest.mark.parametrize("bits", [256, 512])
@pytest.mark.parametrize("expression", expressions(PUBLIC, PRIVATE, NUMBERS))
def test_call_agrees(expression: str, bits: int) -> None:
    call = compile(expression, "<call>", "eval")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        of_phe, ours = (outcome(partial(eval, call, names(library, bits))) for library in LIBRARIES)
    assert ours == of_phe
