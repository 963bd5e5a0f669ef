/** Spanish, for the practice room; the people in it talk English. */
export default {
  practice: "Práctica",
  about: "Toda la gente aquí es simulada, y habla inglés. Nada sale de esta página.",
  skip: "Saltar paso",
  again: "De nuevo",
  leave: "Salir",
  step: (n, of, says) => `${n} de ${of}: ${says}`,
  names: { me: "Tú", colleague: "Robin (simulado)", simulated: "Simulado" },
  steps: {
    duty: "Pulsa «Empezar turno». Solo ahora se dice a las visitas que hay alguien.",
    read: "Pulsa j para bajar a una sala, y Enter. O tócala. Lee un poco.",
    newcomer: "Alguien escribió por primera vez y nadie respondió. Pulsa n, y a. Escribe algo amable, y Enter.",
    troll: "Dos personas avisaron de alguien. Pulsa n y lee. Después m, y 1 como motivo. Queda en pausa.",
    end: "u lo desharía, durante diez segundos. Ahora pulsa d: el aviso está hecho.",
    held: "Unas palabras esperan a que las mires. Pulsa n, y o para leer. f comparte, d no.",
    dealer: "Alguien ofrece algo. Pulsa n, y r: las palabras salen. M y 3 es una pausa. Después d.",
    crisis: "Alguien necesita a una persona. Pulsa n, y o para leer. Pulsa w y escríbele en privado. Basta algo corto y cálido.",
    answer: "Responde junto a su nombre. Escribe otra vez si quieres. Cuando toque, pulsa d en su caso.",
    hand_over: "Tu turno termina. Pulsa «Relevo». Está escrito; añade una línea y pulsa «Dejarlo al relevo».",
    over: "Esa es la mesa. e pide ayuda, ? muestra las teclas. Quédate el tiempo que quieras.",
  },
};
