/**
 * What is said of a plane in a space of more dimensions than it shows.
 *
 * @typedef {import("../../plane/model.js").Model} Model
 */
import { axisName, grouped, number } from "../../plane/words.js";

const HELD = "Their plane is turned so that the dots move least, and stays while no other holds clearly more.";

/**
 * What am I looking at? In one sentence, or none where the plane shows all there is.
 *
 * @param {Pick<Model, "latentDim"|"axes"|"place"|"activity"|"explained"|"held"|"points"|"all">} model
 * @returns {string}
 */
export function planeSentence({ latentDim, axes, place, activity, explained, held, points, all }) {
  if (latentDim <= 2) return "";
  if (place.kind === "tsne") {
    const some = all !== null && points !== null && points < all ? ` of the ${grouped(all)}` : "";
    return (
      `t-SNE has placed ${grouped(points ?? 0)}${some} images so that neighbours in all ${latentDim} dimensions stay ` +
      "together; distances and directions mean nothing. Between them there is no z: what you see is decoded at the mean " +
      "of the nearest image."
    );
  }
  const count = latentDim - axes.length;
  const rest = count === 1 ? "the other one" : `the other ${count}`;
  const fixed = place.base() ? "where you have set them" : "at zero";
  if (place.kind === "pca") {
    const share = explained === null ? "" : `, which hold ${number(100 * explained, 0)} % of their variance`;
    const stay = place.base() ? "; all other directions stay where you have set them" : "";
    return (
      `This model has ${latentDim} latent dimensions. You see the two directions along which the encodings spread most ` +
      `(PCA)${share}${stay}.${held ? ` ${HELD}` : ""}`
    );
  }
  const most = activity && axes.every((axis) => activity.order.slice(0, axes.length).includes(axis));
  const carry = most ? ", the two that carry most" : "";
  return (
    `This model has ${latentDim} latent dimensions. You see ${axisName(axes[0])} and ${axisName(axes[1])}${carry}, ` +
    `with ${rest} ${fixed}.`
  );
}

/**
 * Where all is that a map of the plane does not show, as a sentence each: `averaged` over the images, or `fixed`.
 *
 * @param {Model} model
 * @returns {{averaged: string, fixed: string}}
 */
export function elsewhere({ latentDim, axes, place }) {
  const count = latentDim - axes.length;
  if (count === 0) return { averaged: "", fixed: "" };
  const pca = count === 1 ? "The other direction is" : `The other ${count} directions are`;
  const other = count === 1 ? "The other dimension is" : `The other ${count} dimensions are`;
  const rest = place.kind === "pca" ? pca : other;
  const usual = place.kind === "pca" ? "at the mean of the images" : "at zero";
  return { averaged: ` ${rest} averaged out.`, fixed: ` ${rest} ${place.base() ? "where you have set them" : usual}.` };
}

/**
 * A dimension and what it carries, with its ± over images: `z₃ · 2.41 ± 0.02 nats`.
 *
 * @param {number} axis from 0 @param {Model["activity"]} activity
 */
export function dimensionName(axis, activity) {
  if (!activity) return axisName(axis);
  const dead = activity.dead[axis] ? ", dead" : "";
  return `${axisName(axis)} · ${activity.told[axis]} nats${dead}`;
}

/**
 * Which plane it is, in a few words beside the switch: `z₃ × z₇, the most active`.
 *
 * @param {Pick<Model, "axes"|"place"|"explained"|"held"|"activity">} model
 */
export function planeWords({ axes, place, explained, held, activity }) {
  if (place.kind === "pca") {
    const share = explained === null ? "" : `${number(100 * explained, 0)} % of the variance`;
    return [share, held ? "held still" : ""].filter((part) => part).join(", ");
  }
  if (place.kind === "tsne") return "neighbours side by side";
  const most = activity && axes.every((axis) => activity.order.slice(0, 2).includes(axis));
  return `${axes.map(axisName).join(" × ")}${most ? ", the most active" : ""}`;
}
