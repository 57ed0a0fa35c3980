"""The words of the application for who reads them in Spanish; ``docs/glossary.md`` names the same ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A word with its meaning, or with the ``code`` of the explanation in ``labels_help`` that tells it."""

    word: str
    meaning: str = ""
    code: str = ""


TERMS = (
    Term(
        "Abandono del proceso",
        "Acto que termina un proceso sin abrir otro intento; otro contrato puede asumir sus obras.",
    ),
    Term(
        "Acta",
        "Documento que da autoridad y fecha a un registro, una suspensión, un reinicio, un retiro o un traslado.",
    ),
    Term(
        "Caso (de la página Alertas)",
        "Lo que está mal en un proyecto o un organismo, desde que una regla lo abre hasta el hecho que lo "
        "resuelve o el motivo por el que se descarta.",
    ),
    Term("Aprobación", "Decisión del despacho del organismo sobre el plan que envió su enlace."),
    Term("Avance con soporte", code="supported_progress"),
    Term("Avance de un grupo", code="group_progress"),
    Term("Avance de hitos programado", code="planned_progress"),
    Term("Avance de hitos real", code="actual_progress"),
    Term("Cambio por acto", "Cambio de un proyecto que un acto ordena, con su día, su motivo y quién lo registró."),
    Term("Catálogo de hitos", "Los catorce hitos con su fase, peso y modalidad; queda fijo al abrir la vigencia."),
    Term("Causa (de un caso)", "Una cosa que una regla encontró, con sus números; la más grave encabeza el caso."),
    Term(
        "Causa del retraso",
        "Por qué un hito va tarde, según una lista cerrada; lleva su texto, su acción y su compromiso.",
    ),
    Term("CDP", "Certificado de disponibilidad presupuestal: dice que hay dinero antes de abrir un proceso."),
    Term("Cobertura", code="coverage"),
    Term("Comparación de cortes", "Lo que cambió entre dos cortes; cada fila tiene el hecho que la explica."),
    Term(
        "Compromiso",
        "Lo que se acordó en una reunión sobre un proyecto, un organismo o la ciudad: quién responde y para cuándo.",
    ),
    Term("Compromisos (RP)", code="commitments_cop"),
    Term("Comprometido y atrasado", code="committed_late_cop"),
    Term("Con soporte", "Dicho de una cifra que solo cuenta los hechos que tienen documento o enlace."),
    Term("Conocido al", "Instante hasta el cual un registro tenía que estar escrito para contar."),
    Term("Constancia", "Prueba de un registro: número, instante, proyectos, huella SHA-256 y las dos firmas."),
    Term(
        "Contrato", "Acuerdo con un contratista; un proyecto puede tener varios y uno puede servir a varios proyectos."
    ),
    Term(
        "Corrección de número",
        "Número o enlace correcto de un contrato o proceso, con su motivo; lo anterior se conserva.",
    ),
    Term("Corrimiento", "Los días hábiles, los más, en que el plan vigente aplaza una fecha de la línea base."),
    Term("Corte cerrado", "Corte cuyas cifras, umbrales y calendario quedaron guardados para siempre."),
    Term("Curva de avance", code="curve"),
    Term("Declaratoria de desierto", "Acto que termina un intento de selección sin adjudicar."),
    Term("Depende de", "Quién tiene que actuar para que un hito atrasado se cumpla."),
    Term(
        "Depende de (un proceso)",
        "Nota con fecha: un proceso espera a otro del mismo proyecto. No mueve fechas ni cifras.",
    ),
    Term("Descartar", "Cerrar un caso con un motivo; sus causas callan mientras sigan sin agravarse."),
    Term("Desviación (días hábiles)", code="deviation_workdays"),
    Term("Desviación (p. p.)", code="deviation_points"),
    Term("Devolución", "Decisión que quita una fecha reportada, con su motivo."),
    Term("Día hábil", code="workday"),
    Term("Días en oficina", code="office_workdays"),
    Term("Días ganados o perdidos", code="change_workdays"),
    Term("Días perdidos", code="lost_workdays"),
    Term("Días vencidos", code="overdue_workdays"),
    Term("Ejecución física", code="physical_percent"),
    Term("Enlace", "La persona del organismo que registra el plan y reporta el avance."),
    Term(
        "Enviado, en aprobación",
        "Plan que el enlace ya envió y aún no está registrado: lo tiene su despacho; después, "
        "Planeación y Contratación.",
    ),
    Term("Envío", "Lo que un enlace manda de una vez a su despacho: los planes tal como se mostraron, con su número."),
    Term(
        "Escalamiento",
        "A quién más se avisa de un caso, según su nivel y los días hábiles que lleva en él; a cada uno, una vez.",
    ),
    Term("Estado del hito", code="milestone_state"),
    Term("Exigible", code="is_due"),
    Term(
        "Expediente",
        "Papeles de un proceso en su paso por las oficinas; son del proyecto mientras el proceso no tiene número.",
    ),
    Term("Fase", code="phase"),
    Term("Fecha de corte", code="cutoff"),
    Term("Fecha efectiva", code="effective"),
    Term("Fecha más temprana posible", code="forecast"),
    Term("Fecha planeada", "Fecha de un hito en la línea base o en el plan vigente."),
    Term("Fecha proyectada", "Fecha que el propio organismo anuncia para un hito sin cumplir."),
    Term("Fecha real", "Día en que un hito se cumplió."),
    Term("Ficha", "Archivo PDF de un proyecto a un corte: plan, fechas, actos, soportes con su huella y correos."),
    Term("Ficha técnica", "Parte de un informe que imprime sus umbrales, sus fuentes y sus fechas."),
    Term(
        "Garantías aprobadas", "Día en que se aprobaron las garantías de un contrato; la obra no puede empezar antes."
    ),
    Term("Hecho", "Un registro: una fecha real o proyectada, con quién la dijo y cuándo."),
    Term("Hito", "Paso de un proyecto con fecha planeada: H01 a H14, o P01 a P03 si es propio."),
    Term("Hito propio", "Uno de hasta tres hitos que un proyecto agrega; se sigue, fuera de las cifras."),
    Term("ICC", code="schedule_index"),
    Term("Intento", "Una vez que se busca contratista; a un intento desierto le sigue otro."),
    Term("Línea base", code="baseline"),
    Term("Mayor retraso", code="worst_delay_workdays"),
    Term("Mediana", code="median_workdays"),
    Term("Modalidad", "Forma de escoger al contratista, fijada por la ley."),
    Term("No aplica", "Dicho de un hito que el plan deja por fuera de las cuentas y los pesos."),
    Term("Obligaciones", "Dinero que se debe por lo que ya se recibió."),
    Term("Oportunidad", code="on_time_rate"),
    Term("Orden", code="order"),
    Term("Ordenador del gasto", "Cabeza de un organismo, que aprueba su plan."),
    Term("Organismo", "Secretaría o departamento que responde por un proyecto."),
    Term("Pagos por delante de la obra", code="payment_gap"),
    Term("Pagos", code="payments_cop"),
    Term(
        "Paquete de contratos",
        "Muchos contratos pequeños de un proyecto, que se cuentan como planeados y firmados y no uno por uno.",
    ),
    Term("Percentil 90", code="high_workdays"),
    Term("Peso", "Número entero que vale un hito en el avance; suman 100."),
    Term("Plan vigente", code="current"),
    Term("Plazo de registro", "Último día para registrar los planes."),
    Term("Por liquidar", "Lo que se sigue después del 31 de diciembre: contratos a los que les falta la liquidación."),
    Term(
        "Por reportar",
        "Lo que se espera que un organismo cuente: lo vencido, lo exigible, lo superado sin fecha y lo "
        "de los próximos 30 días.",
    ),
    Term("Publicaciones y firmas que vienen", code="wave"),
    Term("Registro", "El acto único con el que un organismo fija el plan de sus proyectos."),
    Term("Reinicio", "Acto que termina una suspensión; corre lo que faltaba y no es una reprogramación."),
    Term("Reporte tardío", code="is_reported_late"),
    Term("Reprogramación", "Plan posterior, con su causa y su acto; la línea base queda."),
    Term(
        "Reserva presupuestal",
        "Documento que deja ejecutar un compromiso en el año siguiente; la vigencia futura es otro.",
    ),
    Term("Retirado", "Dicho de un proyecto que salió de la vigencia por un acto."),
    Term("Retraso promedio", code="mean_delay_workdays"),
    Term("Semáforo", code="light"),
    Term("Semáforo del organismo", code="organism_light"),
    Term("Sin reporte desde", "Día desde el cual no se dijo nada de un hito vencido."),
    Term(
        "Solicitud de reprogramación",
        "Fechas nuevas que un organismo pide, con causa, justificación y documento, hasta que Planeación decide.",
    ),
    Term("Soporte", "Documento o enlace que respalda una fecha; cada hito dice cuál se espera."),
    Term("Superado sin fecha", "Dicho de un hito sin cumplir con uno posterior cumplido: falta su fecha."),
    Term("Suspendido", "Dicho de un proyecto detenido por un acto hasta su reinicio."),
    Term("Tendencia de los hitos", code="trend"),
    Term("Término usual", "Días hábiles que suele tomar un paso de una modalidad; con ellos se generan las fechas."),
    Term("Territorio", "Comuna o corregimiento al que sirve un proyecto."),
    Term("Umbral", "Número de una regla que Planeación puede cambiar, con su fecha."),
    Term("Valor asignado", code="allocation_cop"),
    Term("Valor en riesgo", code="value_at_risk_cop"),
    Term("Verificación", "Decisión de quien no reporta: la fecha es como se dijo."),
    Term("Vigencia", "Año del presupuesto al que pertenecen los proyectos."),
)
