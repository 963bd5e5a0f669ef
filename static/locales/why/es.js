/** Por qué, en español: lo nuestro, hasta que quien coordina el sitio lo diga de otro modo. */
export default {
  harassment: "Por qué: palabras que hieren a alguien.",
  hate: "Por qué: palabras contra un grupo de personas.",
  sourcing: "Por qué: comprar o vender drogas.",
  contact: "Por qué: pedir verse o llamarse.",
  spam: "Por qué: lo mismo una y otra vez.",
  danger: "Por qué: alguien podría salir herido.",
};
